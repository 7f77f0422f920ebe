import { describe, expect, it } from '@jest/globals';
import { readLetter } from './letter.js';
import { MailHeaders } from './mail-headers.js';
import { parseMail } from './parsed-mail.js';
import { UnreadableMail } from './mime-parts.js';

const lines = (...parts: readonly string[]) => Buffer.from(parts.join('\r\n'));
const head = ['From: a@open.example', 'Subject: Bounds', 'MIME-Version: 1.0'];

/** `count` text files in one multipart. */
const withParts = (count: number) =>
  lines(
    ...head,
    'Content-Type: multipart/mixed; boundary=b',
    '',
    ...Array.from({ length: count }, (_, n) => `--b\r\nContent-Disposition: attachment; filename=${n}.txt\r\n\r\n${n}`),
    '--b--',
    '',
  );

/** A text in `depth` multiparts, each in the one before. */
function nested(depth: number): Buffer {
  const opening = Array.from(
    { length: depth },
    (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}`,
  );
  const closing = Array.from({ length: depth }, (_, n) => `--b${depth - 1 - n}--`);
  return lines(...head, ...opening, 'Content-Type: text/plain', '', 'The innermost.', ...closing, '');
}

describe('a message within the bounds', () => {
  it('of parts is read whole', async () => {
    const { files } = await parseMail(withParts(900));
    expect(files).toHaveLength(900);
    expect(files.at(-1)?.bytes.toString()).toBe('899');
  });

  it('of depth is read to its innermost text', async () => {
    expect((await parseMail(nested(50))).text.trim()).toBe('The innermost.');
  });

  it('of header fields keeps each of them', () => {
    const headers = new MailHeaders(lines(...Array.from({ length: 2000 }, (_, n) => `X-N: ${n}`)));
    expect([headers.isCut, headers.all('x-n').length]).toEqual([false, 2000]);
  });
});

describe('a message beyond the bounds', () => {
  it.each([
    ['of parts', withParts(1100)],
    ['of depth', nested(1100)],
    ['of header fields', lines(...head, ...Array.from({ length: 2001 }, (_, n) => `X-N: ${n}`), '', 'x')],
    ['of a header', lines(...head, `X-Long: ${'x'.repeat(1024 * 1024)}`, '', 'x')],
    [
      "of a part's header fields",
      Buffer.concat([
        withParts(1).subarray(0, -7),
        lines('--b', ...Array.from({ length: 2001 }, (_, n) => `X-N: ${n}`), '', 'x', '--b--', ''),
      ]),
    ],
  ])('%s is one without words, which stays attached', async (_, raw) => {
    await expect(parseMail(raw)).rejects.toBeInstanceOf(UnreadableMail);
    const letter = await readLetter(raw, { envelopeFrom: 'a@open.example' });
    expect(letter).toMatchObject({
      title: '(a message that cannot be read)',
      from: { address: 'a@open.example' },
      files: [],
      quoted: null,
    });
  });

  it('of quotations is looked at in proportion to its length', async () => {
    const body = `${'> On 2 Nov 2026\r\n\r\n'.repeat(100_000)}Words.`;
    const letter = await readLetter(lines('From: a@open.example', 'Subject: Quoted', '', body), { envelopeFrom: '' });
    expect([letter.title, letter.quoted]).toEqual(['Quoted', null]);
  });

  it('of text is cut to what a comment holds, as are title and subject', async () => {
    const long = lines('From: a@open.example', `Subject: ${'s'.repeat(2000)}`, '', 'Words. '.repeat(400_000));
    const { title, subject, body } = await readLetter(long, { envelopeFrom: '' });
    expect([[...title].length, [...subject].length, [...body].length]).toEqual([200, 998, 65_536]);
    expect([title.at(-1), subject.at(-1), body.at(-1)]).toEqual(['…', '…', '…']);
  });
});
