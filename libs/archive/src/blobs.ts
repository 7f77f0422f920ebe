import { Readable } from 'node:stream';
import { BlobNotFound, type BlobStore } from '@helpdeskly/storage';
import { Tally } from './content.js';
import { ArchiveInvalid } from './errors.js';
import { openFrames, sealFrames } from './frames.js';
import type { StoredBlob } from './manifest.js';

/** More than the manifest of any archive: it is read into memory. */
const mostStored = 256 * 1024 * 1024;

/** The encrypted blobs of one tenant's archives in a store. */
export class SealedBlobs {
  constructor(
    readonly store: BlobStore,
    /** 32 bytes. */
    private readonly key: Buffer,
  ) {}

  /** Stores `content` encrypted. Throws StorageUnavailable, and what `content` throws. */
  async put(space: string, name: string, content: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<StoredBlob> {
    const tally = new Tally();
    const sealed = tally.of(sealFrames(content, this.key, `${space}/${name}`));
    await this.store.put({ space, name }, Readable.from(sealed, { objectMode: false }));
    return { name, bytes: tally.bytes, sha256: tally.digest() };
  }

  /**
   * The content of a blob. Throws ArchiveInvalid where it is missing or not genuine and, at its end, if it is not the one that `expected`
   * describes; StorageUnavailable.
   */
  async *get(space: string, name: string, expected?: Pick<StoredBlob, 'bytes' | 'sha256'>): AsyncGenerator<Buffer> {
    const place = `${space}/${name}`;
    const blob = await this.open(space, name);
    const tally = new Tally();
    yield* openFrames(tally.of(blob), this.key, place);
    if (expected === undefined) return;
    if (tally.bytes !== expected.bytes || tally.digest() !== expected.sha256)
      throw new ArchiveInvalid(`${place} is not the blob that the manifest names`);
  }

  /** A small blob as it is stored. Throws ArchiveInvalid if there is none, or if it is not small; StorageUnavailable. */
  async stored(space: string, name: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of (await this.open(space, name)) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostStored) throw new ArchiveInvalid(`${space}/${name} is larger than any that was written`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /** The content of such a blob. Throws ArchiveInvalid if it is not genuine. */
  opened(space: string, name: string, stored: Buffer): AsyncGenerator<Buffer> {
    return openFrames(Readable.from([stored]) as AsyncIterable<Buffer>, this.key, `${space}/${name}`);
  }

  private async open(space: string, name: string): Promise<Readable> {
    try {
      return await this.store.get({ space, name });
    } catch (error) {
      throw error instanceof BlobNotFound ? new ArchiveInvalid(`${space}/${name} is missing`, error) : error;
    }
  }
}
