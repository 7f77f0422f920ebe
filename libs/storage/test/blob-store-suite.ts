import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BlobNotFound, type BlobStore, StorageUnavailable } from '@helpdeskly/storage';

export interface TriedStore {
  readonly store: BlobStore;
  /** The same kind of store at a place that does not exist. */
  readonly unreachable: BlobStore;
  close(): Promise<void>;
}

const megabyte = 1024 * 1024;

/** `size` bytes, and a stream of them in pieces. */
function bytesOf(size: number): { readonly all: Buffer; readonly stream: Readable } {
  const all = randomBytes(size);
  const pieces = Array.from({ length: Math.ceil(size / 65_536) }, (_, index) =>
    all.subarray(index * 65_536, (index + 1) * 65_536),
  );
  return { all, stream: Readable.from(pieces, { objectMode: false }) };
}

/** A stream of `size` bytes that then fails. */
function failingAfter(size: number, error: Error): Readable {
  return Readable.from(
    (async function* () {
      for (let left = size; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536));
      await Promise.resolve();
      throw error;
    })(),
    { objectMode: false },
  );
}

async function listed(names: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const name of names) all.push(name);
  return all.sort();
}

/** The behaviour of every store. */
export function describeBlobStore(kind: string, open: () => Promise<TriedStore>): void {
  describe(kind, () => {
    let tried: TriedStore;
    const at = (name = 'one', space: string = randomUUID()) => ({ space, name });
    const put = (address: { space: string; name: string }, text = 'x') =>
      tried.store.put(address, Readable.from([Buffer.from(text)]));

    beforeAll(async () => {
      tried = await open();
    });
    afterAll(() => tried.close());

    it.each([0, 1, 100_000, 5 * megabyte, 12 * megabyte + 1])(
      'gives back %d bytes as it was given them',
      async (size) => {
        const address = at();
        const { all, stream } = bytesOf(size);
        await tried.store.put(address, stream);
        const kept = await buffer(await tried.store.get(address));
        expect(kept.equals(all)).toBe(true);
      },
    );

    it('believes the bytes, not what their stream says of its size', async () => {
      const address = at();
      const { all, stream } = bytesOf(6 * megabyte);
      await tried.store.put(address, Object.assign(stream, { size: 0, length: 1 }));
      expect((await buffer(await tried.store.get(address))).equals(all)).toBe(true);
    });

    it('gives back a range of bytes, first and last included', async () => {
      const address = at();
      const { all, stream } = bytesOf(200_000);
      await tried.store.put(address, stream);
      for (const [first, last] of [
        [0, 9],
        [65_530, 131_080],
        [199_999, 199_999],
      ] as const) {
        const part = await buffer(await tried.store.get(address, { first, last }));
        expect(part.equals(all.subarray(first, last + 1))).toBe(true);
      }
    });

    it('gives nothing from where nothing is', async () => {
      await expect(tried.store.get(at())).rejects.toThrow(BlobNotFound);
    });

    it.each([0, 200_000])('keeps nothing of what fails after %d bytes, and says why', async (size) => {
      const address = at();
      const reason = new Error('the client left');
      await expect(tried.store.put(address, failingAfter(size, reason))).rejects.toBe(reason);
      await expect(tried.store.get(address)).rejects.toThrow(BlobNotFound);
      expect(await listed(tried.store.names(address.space))).toEqual([]);
    });

    it('says why a file of several parts fails', async () => {
      const reason = new Error('the client left');
      await expect(tried.store.put(at(), failingAfter(7 * megabyte, reason))).rejects.toBe(reason);
    });

    it('deletes, also what is not there', async () => {
      const address = at();
      await put(address);
      await tried.store.delete(address);
      await tried.store.delete(address);
      await expect(tried.store.get(address)).rejects.toThrow(BlobNotFound);
    });

    it('lists the names of a space, and of no other', async () => {
      const space = randomUUID();
      for (const name of ['b', 'a', 'c']) await put(at(name, space));
      await put(at('d'));
      expect(await listed(tried.store.names(space))).toEqual(['a', 'b', 'c']);
      expect(await listed(tried.store.names(randomUUID()))).toEqual([]);
    });

    it('lists the spaces that begin with something', async () => {
      for (const day of ['1', '2']) await put(at('x', `day-${day}`));
      await put(at());
      expect(await listed(tried.store.spaces('day-'))).toEqual(['day-1', 'day-2']);
    });

    it('deletes a whole space, and none whose name it begins', async () => {
      const space = randomUUID();
      for (const name of ['a', 'b']) await put(at(name, space));
      await put(at('a', `${space}-2`), 'neighbour');
      await tried.store.deleteSpace(space);
      expect(await listed(tried.store.names(space))).toEqual([]);
      expect((await buffer(await tried.store.get(at('a', `${space}-2`)))).toString()).toBe('neighbour');
      await tried.store.deleteSpace(space);
    });

    it.each(['', '.', '..', '../x', 'a/b', 'a\\b', 'A', '-x', 'x\0', 'x'.repeat(65)])(
      'goes nowhere by the name %j',
      async (name) => {
        await expect(put(at(name))).rejects.toThrow('not a part of an address');
        await expect(put(at('x', name))).rejects.toThrow('not a part of an address');
        await expect(tried.store.get(at(name))).rejects.toThrow('not a part of an address');
        await expect(tried.store.deleteSpace(name)).rejects.toThrow('not a part of an address');
      },
    );

    it('says that it cannot be reached', async () => {
      const { unreachable } = tried;
      await expect(unreachable.put(at(), Readable.from([Buffer.from('x')]))).rejects.toThrow(StorageUnavailable);
      await expect(unreachable.get(at())).rejects.toThrow(StorageUnavailable);
      await expect(listed(unreachable.names(randomUUID()))).rejects.toThrow(StorageUnavailable);
    });
  });
}
