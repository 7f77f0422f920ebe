import type { InboundMail } from '@helpdeskly/tenant-db';
import { parseMail, type ParsedMail } from './parsed-mail.js';
import { MailHeaders, plainText } from './mail-headers.js';
import { UnreadableMail } from './mime-parts.js';
import { cutQuoted } from './quoted-history.js';

/** In code points: what a ticket and a comment hold. */
const longestTitle = 200;
const longestBody = 65_536;
const longestSubject = 998;

/** A mail as it is filed. */
export interface Letter extends ParsedMail {
  readonly title: string;
  /** What its writer wrote. */
  readonly body: string;
  /** What was cut; null when nothing was. */
  readonly quoted: string | null;
}

/** Reads a stored mail. One that cannot be read is one without words, whose message is there to be looked at. */
export async function readLetter(raw: Buffer, { envelopeFrom }: Pick<InboundMail, 'envelopeFrom'>): Promise<Letter> {
  const mail = await parseMail(raw).catch((error: unknown) => {
    if (error instanceof UnreadableMail) return unreadable(envelopeFrom);
    throw error;
  });
  const { body, quoted } = cutQuoted(mail.text, mail.subject);
  const subject = cut(mail.subject, longestSubject);
  const words = cut(body.trim(), longestBody);
  return {
    ...mail,
    subject,
    title: cut(subject, longestTitle) || '(no subject)',
    body: words || subject || '(no text)',
    quoted: quoted === null ? null : cut(quoted, longestBody),
  };
}

function unreadable(envelopeFrom: string): ParsedMail {
  const from = envelopeFrom.includes('@') ? { address: envelopeFrom, name: '' } : undefined;
  return {
    headers: new MailHeaders(Buffer.alloc(0)),
    from,
    fromIsPlain: false,
    to: [],
    cc: [],
    subject: '(a message that cannot be read)',
    messageId: undefined,
    answers: [],
    text: '',
    html: undefined,
    files: [],
    parts: [],
  };
}

function cut(text: string, most: number): string {
  const points = [...plainText(text)];
  return points.length <= most ? text : `${points.slice(0, most - 1).join('')}…`;
}
