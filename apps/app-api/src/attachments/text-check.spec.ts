import { describe, expect, it } from '@jest/globals';
import { TextCheck } from './text-check.js';

const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16();

/** Shown byte by byte, and all at once. */
function verdicts(bytes: Uint8Array): (string | undefined)[] {
  return [1, 3, bytes.length + 1].map((size) => {
    const check = new TextCheck();
    for (let from = 0; from < bytes.length; from += size) check.show(bytes.subarray(from, from + size));
    return check.encoding();
  });
}

describe('text is what', () => {
  it.each<[string, Uint8Array, string?]>([
    ['is empty', Buffer.from('')],
    ['is a letter', Buffer.from('a')],
    ['is UTF-8', Buffer.from('Grüße, 李雷 🎫\r\n')],
    ['is UTF-8 after its byte order mark', Buffer.from('\ufeffGrüße')],
    ['is little-endian UTF-16 after its mark', Buffer.from('\ufeffGrüße, 李雷 🎫\r\n', 'utf16le'), 'utf-16'],
    ['is big-endian UTF-16 after its mark', swapped('\ufeffGrüße, 李雷 🎫\r\n'), 'utf-16'],
    ['is a mark alone', Buffer.from('\ufeff', 'utf16le'), 'utf-16'],
  ])('%s', (_what, bytes, encoding = 'utf-8') => {
    expect(verdicts(bytes)).toEqual([encoding, encoding, encoding]);
  });

  it.each([
    ['UTF-16 without a mark', Buffer.from('abc', 'utf16le')],
    ['NUL', Buffer.from('a\0b')],
    ['NUL in UTF-16', Buffer.from('\ufeffa\0b', 'utf16le')],
    ['half a surrogate pair in UTF-16', Buffer.from('\ufeffa\ud800b', 'utf16le')],
    ['half a surrogate pair at the end', Buffer.from('\ufeffa\ud83c', 'utf16le')],
    ['an odd byte at the end of UTF-16', Buffer.concat([Buffer.from('\ufeffab', 'utf16le'), Buffer.from('c')])],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])],
    ['a broken sequence of UTF-8', Buffer.from([0x61, 0xc3])],
    ['other bytes', Buffer.from([0x89, 0x50, 0x4e, 0x47])],
  ])('is not %s', (_what, bytes) => {
    expect(verdicts(bytes)).toEqual([undefined, undefined, undefined]);
  });
});
