import { ServiceUnavailable } from '@helpdeskly/errors';
import type { BlobStore } from '@helpdeskly/storage';

/** Where archives are stored. */
export class ArchiveStore {
  /** Undefined: nowhere. */
  constructor(private readonly store: BlobStore | undefined) {}

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
