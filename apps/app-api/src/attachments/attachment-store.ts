import type { Readable } from 'node:stream';
import { ServiceUnavailable } from '@helpdeskly/errors';
import { type BlobRange, type BlobStore, BlobNotFound, StorageUnavailable } from '@helpdeskly/storage';
import { TenantContext } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AttachmentSettings } from './attachment-settings.js';

/** The bytes of the current tenant's attachments, under their ids. */
@Injectable()
export class AttachmentStore {
  constructor(
    private readonly settings: AttachmentSettings,
    private readonly context: TenantContext,
  ) {}

  put(id: string, bytes: Readable): Promise<void> {
    return this.blobs.put(this.addressOf(id), bytes);
  }

  /** Throws StorageUnavailable when bytes are missing that should be there. */
  async get(id: string, range?: BlobRange): Promise<Readable> {
    try {
      return await this.blobs.get(this.addressOf(id), range);
    } catch (error) {
      throw error instanceof BlobNotFound ? new StorageUnavailable(error) : error;
    }
  }

  delete(id: string): Promise<void> {
    return this.blobs.delete(this.addressOf(id));
  }

  /** Throws ServiceUnavailable when nothing is configured. */
  get blobs(): BlobStore {
    const { store } = this.settings;
    if (store === undefined) throw new ServiceUnavailable('This installation has no storage for attachments.');
    return store;
  }

  private addressOf(id: string): { space: string; name: string } {
    return { space: this.context.current.tenant.id, name: id };
  }
}
