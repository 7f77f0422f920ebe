import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wholeOf } from './content.js';
import { ArchiveInvalid } from './errors.js';
import { frameBytes, openFrames, sealFrames } from './frames.js';

const key = randomBytes(32);
const place = 'backup-1/table-000';

async function* pieces(...chunks: Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

const seal = (content: Buffer, where = place, by = key) => wholeOf(sealFrames(pieces(content), by, where));
const open = (blob: Buffer, where = place, by = key) => wholeOf(openFrames(pieces(blob), by, where));

describe('the frames of a blob', () => {
  it.each([0, 1, frameBytes - 1, frameBytes, frameBytes + 1, 3 * frameBytes])('give back %i bytes', async (size) => {
    const content = randomBytes(size);
    expect((await open(await seal(content))).equals(content)).toBe(true);
  });

  it('give back what came in any pieces, read in any pieces', async () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 997, max: 100_000 }), async (written, read) => {
        const chunks = written.map((length) => randomBytes(length));
        const blob = await wholeOf(sealFrames(pieces(...chunks), key, place));
        const cut = Array.from({ length: Math.ceil(blob.length / read) }, (_, at) =>
          blob.subarray(at * read, (at + 1) * read),
        );
        expect((await wholeOf(openFrames(pieces(...cut), key, place))).equals(Buffer.concat(chunks))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('let go of what they read, whole, broken, or left in the middle', async () => {
    const blob = await seal(randomBytes(3 * frameBytes));
    const read = async (bytes: Buffer, count: number) => {
      const source = Readable.from([bytes, bytes], { objectMode: false });
      const frames = openFrames(source, key, place);
      for (let frame = 0; frame < count; frame++) await frames.next().catch(() => undefined);
      await frames.return(undefined);
      return source.destroyed;
    };
    expect([await read(blob, 1), await read(blob.subarray(0, 1000), 1), await read(blob, 9)]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('do not repeat themselves for the same content', async () => {
    const content = Buffer.alloc(1000);
    expect((await seal(content)).equals(await seal(content))).toBe(false);
  });

  it('open at their own place alone, and by their own key', async () => {
    const blob = await seal(randomBytes(1000));
    await expect(open(blob, 'backup-2/table-000')).rejects.toThrow(ArchiveInvalid);
    await expect(open(blob, place, randomBytes(32))).rejects.toThrow(ArchiveInvalid);
  });

  it('give out nothing that was changed, cut, joined, swapped or repeated', async () => {
    const header = 40;
    const content = randomBytes(3 * frameBytes + 500);
    const blob = await seal(content);
    const other = await seal(randomBytes(3 * frameBytes + 500));
    const full = 4 + frameBytes + 16;
    const frame = (of: Buffer, at: number) => of.subarray(header + at * full, header + (at + 1) * full);
    const head = blob.subarray(0, header);
    const at = fc.integer({ min: 0, max: blob.length - 1 });
    const index = fc.integer({ min: 0, max: 3 });
    const damage = fc.oneof(
      fc.tuple(at, fc.integer({ min: 0, max: 7 })).map(([where, bit]) => {
        const flipped = Buffer.from(blob);
        flipped.writeUInt8(blob.readUInt8(where) ^ (1 << bit), where);
        return flipped;
      }),
      at.map((where) => blob.subarray(0, where)),
      index.map((count) => Buffer.concat([head, ...[0, 1, 2, 3].slice(0, count).map((each) => frame(blob, each))])),
      fc
        .shuffledSubarray([0, 1, 2, 3], { minLength: 4 })
        .filter((order) => order.join() !== '0,1,2,3')
        .map((order) => Buffer.concat([head, ...order.map((each) => frame(blob, each))])),
      index.map((each) => Buffer.concat([head, ...[0, 1, 2, 3].map((one) => frame(one === each ? other : blob, one))])),
      index.map((each) =>
        Buffer.concat([
          head,
          ...[0, 1, 2, 3].flatMap((one) => (one === each ? [one, one] : [one])).map((one) => frame(blob, one)),
        ]),
      ),
      fc.constant(Buffer.concat([blob, other])),
      fc.constant(Buffer.concat([blob, other.subarray(header)])),
      fc.uint8Array({ minLength: 1, maxLength: 100 }).map((more) => Buffer.concat([blob, more])),
      fc.constant(Buffer.concat([other.subarray(0, header), blob.subarray(header)])),
    );
    let given = 0;
    await fc.assert(
      fc.asyncProperty(damage, async (broken) => {
        const seen: Buffer[] = [];
        const reading = (async () => {
          for await (const chunk of openFrames(pieces(broken), key, place)) seen.push(chunk);
        })();
        await expect(reading).rejects.toThrow(ArchiveInvalid);
        const genuine = Buffer.concat(seen);
        expect(genuine.equals(content.subarray(0, genuine.length))).toBe(true);
        given++;
      }),
      { numRuns: 500, seed: 20_261_129 },
    );
    expect(given).toBe(500);
  });
});
