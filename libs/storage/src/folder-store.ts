import { type FileHandle, mkdir, open, opendir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import {
  assertPart,
  type BlobAddress,
  BlobNotFound,
  type BlobRange,
  type BlobStore,
  StorageUnavailable,
} from './blob-store.js';

/** The suffix of an unfinished file: it is being written, or its process died. */
const halfWritten = '.part';

/** A folder on disk with one subfolder per space. Several processes may share it, and hosts through a shared file system. */
export class FolderStore implements BlobStore {
  private readonly root: string;

  constructor(folder: string) {
    this.root = resolve(folder);
  }

  /** Writes under another name first: a file gets its name when all of it is on the disk. */
  async put(address: BlobAddress, bytes: Readable): Promise<void> {
    const file = this.fileOf(address);
    const part = `${file}${halfWritten}`;
    const folder = this.folderOf(address.space);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await write(part, bytes);
      await rename(part, file);
      await sync(folder);
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined); // The deletion of the space, or the sweep, removes it.
      if (!bytes.destroyed) bytes.destroy();
      throw bytes.errored ?? new StorageUnavailable(error);
    }
  }

  async get(address: BlobAddress, range?: BlobRange): Promise<Readable> {
    const file = this.fileOf(address);
    let handle: FileHandle;
    try {
      handle = await open(file, 'r');
    } catch (error) {
      throw isMissing(error) ? new BlobNotFound(address) : new StorageUnavailable(error);
    }
    return handle.createReadStream(range === undefined ? {} : { start: range.first, end: range.last });
  }

  async delete(address: BlobAddress): Promise<void> {
    const file = this.fileOf(address);
    await stored(Promise.all([file, `${file}${halfWritten}`].map((each) => rm(each, { force: true }))));
  }

  async *names(space: string): AsyncGenerator<string> {
    for await (const name of entriesOf(this.folderOf(space))) if (!name.endsWith(halfWritten)) yield name;
  }

  async *spaces(prefix: string): AsyncGenerator<string> {
    for await (const name of entriesOf(this.root)) if (name.startsWith(prefix)) yield name;
  }

  async deleteSpace(space: string): Promise<void> {
    await stored(rm(this.folderOf(space), { recursive: true, force: true, maxRetries: 3 }));
  }

  close(): void {
    // No file is open between two calls.
  }

  private folderOf(space: string): string {
    assertPart(space);
    return join(this.root, space);
  }

  private fileOf({ space, name }: BlobAddress): string {
    assertPart(name);
    return join(this.folderOf(space), name);
  }
}

async function write(file: string, bytes: Readable): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await writeFile(handle, bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new name in a folder is durable only after the folder was synced. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function* entriesOf(folder: string): AsyncGenerator<string> {
  try {
    for await (const { name } of await opendir(folder)) yield name;
  } catch (error) {
    if (!isMissing(error)) throw new StorageUnavailable(error);
  }
}

async function stored(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    throw new StorageUnavailable(error);
  });
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
