import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changedRows, type CopyValue } from './copy-rows.js';

const table = { name: 'T', columns: ['a', 'b'] };

async function run(chunks: readonly Buffer[], change: (row: CopyValue[]) => void): Promise<string> {
  const source = async function* () {
    yield* chunks;
  };
  const out: Buffer[] = [];
  for await (const chunk of changedRows(table, change)(source())) out.push(chunk);
  return Buffer.concat(out).toString('utf8');
}

describe('rows of COPY’s text', () => {
  it('are told what they say, and written as COPY reads them', async () => {
    const seen: CopyValue[][] = [];
    const text = 'x\\ty\t\\N\n\\\\N\tline\\nnext\n';
    const out = await run([Buffer.from(text)], (row) => {
      seen.push([...row]);
      row.reverse();
    });
    expect(seen).toEqual([
      ['x\ty', null],
      ['\\N', 'line\nnext'],
    ]);
    expect(out).toBe('\\N\tx\\ty\nline\\nnext\t\\\\N\n');
  });

  it('are the same again when nothing is changed, however they arrive', async () => {
    const cell = fc.oneof(fc.constant(null), fc.string({ unit: 'binary' }), fc.constantFrom('\\', '\t', '\\N', 'ü\n'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell)), fc.integer({ min: 1, max: 40 }), async (rows, size) => {
        const next = [...rows];
        const lines = Buffer.from('x\tx\n'.repeat(rows.length));
        const written = await run([lines], (row) => row.splice(0, 2, ...(next.shift() ?? [])));
        const bytes = Buffer.from(written);
        const chunks: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        const read: CopyValue[][] = [];
        expect(await run(chunks, (row) => read.push([...row]))).toBe(written);
        expect(read).toEqual(rows);
      }),
    );
  });

  it('end with an error in the middle of a row', async () => {
    await expect(run([Buffer.from('a\tb\nc')], () => undefined)).rejects.toThrow('end within a row');
    await expect(run([Buffer.from('a\n')], () => undefined)).rejects.toThrow('1 columns');
  });
});
