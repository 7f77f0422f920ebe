import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBlobStore } from '@helpdeskly/storage';
import { describeBlobStore } from './blob-store-suite.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helpdeskly-storage-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open = (path: string) => openBlobStore({ kind: 'folder', folder: path });

describeBlobStore('a folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'helpdeskly-storage-'));
  await writeFile(join(root, 'a-file'), '');
  return {
    store: await open(root),
    unreachable: await open(join(root, 'a-file')), // A file, so nothing can be below it.
    close: () => rm(root, { recursive: true, force: true }),
  };
});

describe('what a folder keeps', () => {
  it('is for its owner alone', async () => {
    const store = await open(folder);
    await store.put({ space: 'acme', name: 'one' }, Readable.from([Buffer.from('x')]));
    expect((await stat(join(folder, 'acme'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'acme', 'one'))).mode & 0o777).toBe(0o600);
  });

  it('that a process left half written is not listed, and goes with its name', async () => {
    const store = await open(folder);
    await store.put({ space: 'acme', name: 'whole' }, Readable.from([Buffer.from('x')]));
    await writeFile(join(folder, 'acme', 'half.part'), 'x');
    const names = [];
    for await (const name of store.names('acme')) names.push(name);
    expect(names).not.toContain('half.part');
    await store.delete({ space: 'acme', name: 'half' });
    expect(await readdir(join(folder, 'acme'))).not.toContain('half.part');
  });
});
