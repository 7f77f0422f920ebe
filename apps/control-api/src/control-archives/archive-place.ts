import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BlobNotFound, type BlobStore } from '@helpdeskly/storage';
import { OwnedStore } from '../archives/owned-store.js';
import { WrongPlace } from './errors.js';

/** Where an archive of the control database is, or is to be. */
export interface ArchivePlace {
  /** Writes it, complete or not at all; returns how to name it. */
  write(installation: string, archive: AsyncIterable<Buffer>): Promise<string>;
  read(): Promise<AsyncIterable<Buffer>>;
}

/** A file of the operator's. Throws WrongPlace. */
export function fileAt(path: string): ArchivePlace {
  return {
    async write(_, archive) {
      const isThere = await access(path).then(
        () => true,
        () => false,
      );
      if (isThere) throw new WrongPlace(`${path} is there already: name another file.`);
      const part = `${path}.part`;
      try {
        await pipeline(archive, createWriteStream(part, { mode: 0o600, flush: true }));
        await rename(part, path);
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
      return path;
    },
    async read() {
      const handle = await open(path).catch((error: Error) => {
        throw new WrongPlace(`The archive cannot be read: ${error.message}`);
      });
      await handle.close();
      return createReadStream(path) as AsyncIterable<Buffer>;
    },
  };
}

const space = 'control-database';

/** In the store of tenants' archives; `name` is that of one that is there, else the newest one is read. Throws WrongPlace. */
export function inStore(store: BlobStore, name: string | undefined): ArchivePlace {
  return {
    async write(installation, archive) {
      const address = { space, name: newName() };
      await new OwnedStore(store, installation).put(address, Readable.from(archive, { objectMode: false }));
      return address.name;
    },
    async read() {
      const address = { space, name: name ?? (await newestOf(store)) };
      try {
        return (await store.get(address)) as AsyncIterable<Buffer>;
      } catch (error) {
        throw error instanceof BlobNotFound ? new WrongPlace(`The store has no archive ${address.name}.`) : error;
      }
    },
  };
}

/** The names of archives in the order of their times. */
function newName(): string {
  const time = new Date().toISOString().toLowerCase().replaceAll(/[:.]/g, '-');
  return `${time}-${randomBytes(4).toString('hex')}`;
}

async function newestOf(store: BlobStore): Promise<string> {
  const names: string[] = [];
  for await (const name of store.names(space)) names.push(name);
  const newest = names.sort().at(-1);
  if (newest === undefined) throw new WrongPlace('The store has no archive of a control database.');
  return newest;
}
