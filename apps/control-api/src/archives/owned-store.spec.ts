import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openBlobStore, type BlobStore } from '@helpdeskly/storage';
import { OwnedStore, StoreOfAnother } from './owned-store.js';

let folder: string;
let store: BlobStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owned-store-'));
  store = await openBlobStore({ kind: 'folder', folder });
});

afterEach(() => rm(folder, { recursive: true }));

const address = { space: 'backup-1', name: 'manifest' };
const bytes = () => Readable.from([Buffer.from('x')]);
const spaces = (of: BlobStore) => all(of.spaces('backup-'));

async function all(names: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const name of names) found.push(name);
  return found;
}

describe('a store of archives', () => {
  it('is the one of the installation that writes into it first, in all of its processes', async () => {
    const [one, another] = [new OwnedStore(store, 'ours'), new OwnedStore(store, 'ours')];
    await Promise.all([one.put(address, bytes()), another.put({ ...address, name: 'table-000' }, bytes())]);
    expect(await spaces(new OwnedStore(store, 'ours'))).toEqual(['backup-1']);
  });

  it('is read, written and emptied by no other', async () => {
    await new OwnedStore(store, 'ours').put(address, bytes());
    const foreign = new OwnedStore(store, 'theirs');
    const written = bytes();
    await expect(foreign.put({ ...address, name: 'key' }, written)).rejects.toThrow(StoreOfAnother);
    expect(written.destroyed).toBe(true);
    await expect(foreign.get(address)).rejects.toThrow(StoreOfAnother);
    await expect(foreign.delete(address)).rejects.toThrow(StoreOfAnother);
    await expect(foreign.deleteSpace('backup-1')).rejects.toThrow(StoreOfAnother);
    await expect(spaces(foreign)).rejects.toThrow(StoreOfAnother);
    await expect(all(foreign.names('backup-1'))).rejects.toThrow(StoreOfAnother);
    expect(await all(store.names('backup-1'))).toEqual(['manifest']);
  });

  it('may be read by anybody as long as it is empty', async () => {
    expect(await spaces(new OwnedStore(store, 'theirs'))).toEqual([]);
    await new OwnedStore(store, 'ours').put(address, bytes());
    expect(await spaces(new OwnedStore(store, 'ours'))).toEqual(['backup-1']);
  });
});
