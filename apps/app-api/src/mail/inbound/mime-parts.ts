import { buffer } from 'node:stream/consumers';
import mailsplit, { type MimeNode, type SplitterChunk } from '@zone-eu/mailsplit';
import { MailHeaders } from './mail-headers.js';

/** More parts and longer headers than people send. */
const mostParts = 1000;
const longestHead = 1024 * 1024;

/** A leaf of a message: what it says of itself, and its bytes, decoded. */
export interface MimePart {
  readonly headers: MailHeaders;
  /** `text/plain` unless it says another. In lower case. */
  readonly contentType: string;
  readonly charset: string | undefined;
  readonly disposition: string | undefined;
  readonly fileName: string | undefined;
  readonly contentId: string | undefined;
  readonly flowed: boolean;
  readonly deletesSpace: boolean;
  /** The subtypes of the multiparts around it, from the outermost. */
  readonly within: readonly string[];
  readonly bytes: Buffer;
}

export interface SplitMail {
  readonly headers: MailHeaders;
  readonly parts: readonly MimePart[];
}

/** Raised when a message is none: it has no header, or more parts than anybody reads. */
export class UnreadableMail extends Error {
  override readonly name = 'UnreadableMail';
}

/** Takes a message apart. Messages within it stay whole: they are files of the message that holds them. Throws UnreadableMail. */
export async function splitMail(raw: Buffer): Promise<SplitMail> {
  const splitter = new mailsplit.Splitter({
    ignoreEmbedded: true,
    maxChildNodes: mostParts,
    maxHeadSize: longestHead,
  });
  const leaves: { node: MimeNode; pieces: Buffer[] }[] = [];
  let root: MailHeaders | undefined;
  try {
    splitter.end(raw);
    for await (const chunk of splitter as AsyncIterable<SplitterChunk>) {
      if (chunk.type === 'node') {
        root ??= headersOf(chunk);
        if (chunk.multipart === false) leaves.push({ node: chunk, pieces: [] });
      } else if (chunk.type === 'body') {
        leaves.at(-1)?.pieces.push(chunk.value);
      }
    }
  } catch (error) {
    throw new UnreadableMail(error instanceof Error ? error.message : 'It cannot be read.');
  }
  if (root === undefined || !['from', 'subject', 'date', 'to', 'message-id', 'received'].some((name) => root.has(name)))
    throw new UnreadableMail('It has no header of a message.');
  const parts: MimePart[] = [];
  for (const { node, pieces } of leaves) parts.push(await toPart(node, Buffer.concat(pieces)));
  if (root.isCut || parts.some(({ headers }) => headers.isCut)) throw new UnreadableMail('Its header is too long.');
  return { headers: root, parts };
}

async function toPart(node: MimeNode, encoded: Buffer): Promise<MimePart> {
  const headers = headersOf(node);
  const decoder = node.getDecoder();
  decoder.end(encoded);
  const type = headers.first('content-type');
  return {
    headers,
    contentType: (node.contentType || (isDigest(node) ? 'message/rfc822' : 'text/plain')).toLowerCase(),
    charset: node.charset || (type === undefined ? undefined : /charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1]),
    disposition: (node.disposition || undefined)?.toLowerCase(),
    fileName: node.filename || undefined,
    contentId: /<?([^<>\s]+)>?/.exec(headers.first('content-id') ?? '')?.[1],
    flowed: node.flowed,
    deletesSpace: node.delSp,
    within: multipartsAround(node),
    bytes: await buffer(decoder),
  };
}

function headersOf(node: MimeNode): MailHeaders {
  return new MailHeaders(node.getHeaders());
}

function multipartsAround({ parentNode }: MimeNode): string[] {
  if (parentNode === false) return [];
  const subtype = parentNode.multipart === false ? [] : [parentNode.multipart.toLowerCase()];
  return [...multipartsAround(parentNode), ...subtype];
}

function isDigest({ parentNode }: MimeNode): boolean {
  return parentNode !== false && parentNode.multipart === 'digest';
}
