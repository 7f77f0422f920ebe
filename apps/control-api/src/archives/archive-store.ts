import { ServiceUnavailable } from '@helpdeskly/errors';
import type { BlobStore } from '@helpdeskly/storage';
import { OwnedStore } from './owned-store.js';

/** Where archives are stored. */
export class ArchiveStore {
  private readonly store: BlobStore | undefined;

  /** `store` is undefined if there is none. */
  constructor(store: BlobStore | undefined, installation: string) {
    this.store = store === undefined ? undefined : new OwnedStore(store, installation);
  }

  get isThere(): boolean {
    return this.store !== undefined;
  }

  /** Throws ServiceUnavailable if none is configured. */
  get blobs(): BlobStore {
    if (this.store === undefined)
      throw new ServiceUnavailable('This installation stores no backups: set BACKUPS_DIR or BACKUPS_S3_BUCKET.');
    return this.store;
  }
}
