import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ownerPlace } from '@helpdeskly/archive';
import { ServiceUnavailable } from '@helpdeskly/errors';
import { BlobNotFound, type BlobAddress, type BlobRange, type BlobStore } from '@helpdeskly/storage';

/** Raised for a store that has the archives of another installation. */
export class StoreOfAnother extends ServiceUnavailable {
  constructor() {
    super('The store of backups belongs to another installation: give this one a folder or a bucket of its own.');
  }
}

/**
 * A store that one installation has to itself. The first one to write into it leaves its name there; every other one is refused, since it
 * would take those archives for its own leftovers. Every method throws StoreOfAnother.
 */
export class OwnedStore implements BlobStore {
  private isOurs = false;

  constructor(
    private readonly store: BlobStore,
    private readonly installation: string,
  ) {}

  async put(address: BlobAddress, bytes: Readable): Promise<void> {
    try {
      await this.claim();
    } catch (error) {
      bytes.destroy();
      throw error;
    }
    await this.store.put(address, bytes);
  }

  async get(address: BlobAddress, range?: BlobRange): Promise<Readable> {
    await this.check();
    return this.store.get(address, range);
  }

  async delete(address: BlobAddress): Promise<void> {
    await this.check();
    await this.store.delete(address);
  }

  async *names(space: string): AsyncGenerator<string> {
    await this.check();
    yield* this.store.names(space);
  }

  async *spaces(prefix: string): AsyncGenerator<string> {
    await this.check();
    yield* this.store.spaces(prefix);
  }

  async deleteSpace(space: string): Promise<void> {
    await this.check();
    await this.store.deleteSpace(space);
  }

  close(): void {
    this.store.close();
  }

  private async claim(): Promise<void> {
    await this.check();
    if (this.isOurs) return;
    try {
      await this.store.put(ownerPlace, Readable.from([Buffer.from(this.installation)]));
    } catch (error) {
      if ((await this.owner()) === undefined) throw error; // Otherwise another process was quicker.
    }
    await this.check();
  }

  /** A store that nobody has written into is nobody's. */
  private async check(): Promise<void> {
    if (this.isOurs) return;
    const owner = await this.owner();
    if (owner !== undefined && owner !== this.installation) throw new StoreOfAnother();
    this.isOurs = owner !== undefined;
  }

  private async owner(): Promise<string | undefined> {
    try {
      return await text(await this.store.get(ownerPlace));
    } catch (error) {
      if (error instanceof BlobNotFound) return undefined;
      throw error;
    }
  }
}
