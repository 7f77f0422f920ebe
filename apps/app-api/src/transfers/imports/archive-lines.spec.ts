import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { ArchiveInvalid } from './errors.js';
import { linesIn } from './archive-lines.js';

const mebibyte = 1024 ** 2;

async function read(pieces: readonly (string | Buffer)[], after?: number) {
  const lines = [];
  for await (const { line, text } of linesIn(Readable.from(pieces.map((piece) => Buffer.from(piece))), after))
    lines.push([line, text]);
  return lines;
}

const times = (count: number, text: string) => Array.from({ length: count }, () => text);

describe('lines of a file', () => {
  it('are those that are not blank, however the bytes arrive', async () => {
    expect(await read(['a', '\n\r\n', '\nb', 'c\n', ' \n', 'd'])).toEqual([
      [1, 'a'],
      [4, 'bc'],
      [6, 'd'],
    ]);
  });

  it('say which of them are no UTF-8, unless they are passed over', async () => {
    const bytes = [Buffer.from([0xff, 0x0a]), 'a\n', Buffer.from([0xff])];
    expect(await read(bytes)).toEqual([
      [1, undefined],
      [2, 'a'],
      [3, undefined],
    ]);
    expect(await read(bytes, 1)).toEqual([
      [2, 'a'],
      [3, undefined],
    ]);
    expect(await read(bytes, 9)).toEqual([]);
  });

  it('may be blank for 16 MiB, and no longer', async () => {
    const blank = times(16, '\n'.repeat(mebibyte));
    expect(await read([...blank, 'a'])).toEqual([[16 * mebibyte + 1, 'a']]);
    await expect(read([...blank, '\n', 'a'])).rejects.toThrow(ArchiveInvalid);
    const spaces = times(4, `${' '.repeat(4 * mebibyte - 1)}\n`);
    expect(await read([...spaces, 'a'])).toEqual([[5, 'a']]);
    await expect(read([...spaces, '\n'])).rejects.toThrow(ArchiveInvalid);
  });

  it('are rows up to 8 MiB, and end the file beyond 64', async () => {
    const chunk = 'x'.repeat(mebibyte);
    expect((await read(times(8, chunk)))[0]).toEqual([1, chunk.repeat(8)]);
    expect(await read([...times(8, chunk), 'x\n', 'a'])).toEqual([
      [1, undefined],
      [2, 'a'],
    ]);
    expect(await read(times(64, chunk))).toEqual([[1, undefined]]);
    await expect(read([...times(64, chunk), 'x'])).rejects.toThrow(ArchiveInvalid);
  });
});
