import { readLetter, type Letter } from '../letter.js';

/** A message of the corpus: header lines, an empty line, a body. Its text is sent as UTF-8 unless it is bytes. */
export function message(head: readonly string[], body: string | Buffer = ''): Buffer {
  const header = ['From: Carl Customer <carl@customer.example>', 'To: support@acme.desk.example', ...head];
  const named = (name: string) => head.some((line) => line.toLowerCase().startsWith(`${name}:`));
  const lines = header.filter((line, index) => index >= 2 || !named(line.slice(0, line.indexOf(':')).toLowerCase()));
  const subject = named('subject') ? [] : ['Subject: Toner'];
  const start = Buffer.from(`${[...lines, ...subject].join('\r\n')}\r\n\r\n`);
  return Buffer.concat([start, Buffer.isBuffer(body) ? body : Buffer.from(body.replace(/\r?\n/g, '\r\n'))]);
}

/** Parts between boundaries. */
export function multipart(
  kind: string,
  ...parts: readonly (readonly [head: readonly string[], body: string])[]
): Buffer {
  const body = parts.map(([head, content]) => `--b1\n${head.join('\n')}\n\n${content}\n`).join('');
  return message([`Content-Type: multipart/${kind}; boundary=b1`], `${body}--b1--\n`);
}

export const read = (raw: Buffer): Promise<Letter> => readLetter(raw, { envelopeFrom: 'carl@customer.example' });
