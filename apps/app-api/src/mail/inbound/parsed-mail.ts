import { decodeText } from './mail-charset.js';
import { unflowed } from './flowed-text.js';
import { htmlToPlain } from './html-text.js';
import { plainText, type MailAddress, type MailHeaders } from './mail-headers.js';
import { splitMail, type MimePart } from './mime-parts.js';

/** A file that came with a mail. */
export interface MailFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Buffer;
  /** By which its HTML refers to it. */
  readonly contentId: string | undefined;
}

/** A message as people see it, and its header. */
export interface ParsedMail {
  readonly headers: MailHeaders;
  /** The first mailbox of From; undefined when there is none. */
  readonly from: MailAddress | undefined;
  /** Whether From is one field with one mailbox, so that a signature over it says who wrote. */
  readonly fromIsPlain: boolean;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly subject: string;
  readonly messageId: string | undefined;
  /** Ids of the messages that it answers, the nearest first. */
  readonly answers: readonly string[];
  readonly text: string;
  readonly html: string | undefined;
  readonly files: readonly MailFile[];
  readonly parts: readonly MimePart[];
}

/** Reads a message. Throws UnreadableMail. */
export async function parseMail(raw: Buffer): Promise<ParsedMail> {
  const { headers, parts } = await splitMail(raw);
  const [from] = headers.addresses('from');
  const fromCount = headers.addresses('from').length;
  const shown = parts.filter(isShown);
  const { text, html } = bodyOf(shown);
  return {
    headers,
    from,
    fromIsPlain: headers.all('from').length === 1 && fromCount === 1,
    to: headers.addresses('to'),
    cc: headers.addresses('cc'),
    subject: headers.text('subject'),
    messageId: headers.messageIds('message-id')[0],
    answers: answeredBy(headers),
    text,
    html,
    files: parts.filter((part) => !shown.includes(part)).map(toFile),
    parts,
  };
}

/** References name a thread from its first message on; In-Reply-To the last one. */
function answeredBy(headers: MailHeaders): readonly string[] {
  const nearestFirst = [...headers.messageIds('references')].reverse();
  return [...new Set([...headers.messageIds('in-reply-to').slice(0, 5), ...nearestFirst])].slice(0, 100);
}

/** Whether a part is what people read, and no file: text without a name that nobody asks to save. */
function isShown({ contentType, disposition, fileName }: MimePart): boolean {
  return /^text\/(plain|html|enriched)$/.test(contentType) && disposition !== 'attachment' && fileName === undefined;
}

interface Body {
  readonly text: string;
  readonly html: string | undefined;
}

/** Of alternatives each kind says the same; without them the parts follow each other. */
function bodyOf(parts: readonly MimePart[]): Body {
  const texts: string[] = [];
  const htmls: string[] = [];
  for (const part of parts) {
    const content = textOf(part);
    const isAlternative = part.within.includes('alternative');
    if (part.contentType !== 'text/html') {
      texts.push(content);
    } else {
      htmls.push(content);
      const hasText = texts.some((each) => each.trim() !== '');
      if (!isAlternative || !hasText) texts.push(htmlToPlain(content));
    }
  }
  const text = texts.filter((each) => each.trim() !== '').join('\n');
  return { text, html: htmls.length === 0 ? undefined : htmls.join('\n') };
}

/** Many times of what a comment takes: the message itself stays attached. */
const mostCharacters = 2_000_000;

function textOf({ bytes, charset, contentType, flowed, deletesSpace }: MimePart): string {
  const decoded = decodeText(bytes, charset ?? charsetInHtml(bytes, contentType));
  const text = plainText(decoded.slice(0, mostCharacters)).replace(/\r\n?/g, '\n');
  return flowed ? unflowed(text, deletesSpace) : text;
}

/** HTML may name its charset itself. */
function charsetInHtml(bytes: Buffer, contentType: string): string | undefined {
  if (contentType !== 'text/html') return undefined;
  return /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(bytes.subarray(0, 2048).toString('latin1'))?.[1];
}

/** What files are called that come without a name. */
const unnamed: Readonly<Record<string, string>> = {
  'message/rfc822': 'message.eml',
  'message/delivery-status': 'delivery-status.txt',
  'text/rfc822-headers': 'headers.txt',
  'text/calendar': 'invitation.ics',
  'application/ms-tnef': 'winmail.dat',
  'application/pkcs7-signature': 'smime.p7s',
  'application/pgp-signature': 'signature.asc',
};

function toFile({ contentType, fileName, contentId, bytes }: MimePart): MailFile {
  const extension = /^(?:image|audio|video)\/([a-z0-9]{1,10})$/.exec(contentType)?.[1];
  const made = unnamed[contentType] ?? (extension === undefined ? 'file' : `file.${extension}`);
  return { fileName: plainText(fileName ?? made), contentType, contentId, bytes };
}
