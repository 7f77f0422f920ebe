import { NotFound } from '@helpdeskly/errors';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AttachmentRemoval } from './attachment-removal.js';
import type { Attachment } from './attachment-view.js';
import { complete, countUnbound, reserve, type FileFacts } from './attachments.queries.js';
import { mostUnbound, StorageLimit, TooManyUnbound } from './errors.js';
import { StorageUsage, type StorageRoom } from './storage-usage.js';
import { SweepIndex } from './sweep-index.js';

/** A file that was taken in whole, under the id that was reserved for it. */
export interface TakenFile {
  readonly id: string;
  readonly facts: FileFacts;
  /** How many bytes the helpdesk may store. */
  readonly limit: number;
}

/** Rows of attachments before their bytes are there, and what becomes of them. */
@Injectable()
export class AttachmentPlaces {
  constructor(
    private readonly db: TenantDatabase,
    private readonly storage: StorageUsage,
    private readonly index: SweepIndex,
    private readonly removal: AttachmentRemoval,
  ) {}

  /** The room for another file of somebody, of `least` bytes. Throws TooManyUnbound, StorageLimit, ServiceUnavailable. */
  async roomFor(uploaderId: string, least: number): Promise<StorageRoom> {
    if ((await countUnbound(this.db.client, uploaderId)) >= mostUnbound) throw new TooManyUnbound();
    const room = await this.storage.room();
    if (room.room <= 0 || least > room.room) throw new StorageLimit(room.limit);
    await this.index.note(); // Before there is anything that it would have to lead to.
    return room;
  }

  /** The id under which a file's bytes are about to be stored. */
  reserve(uploaderId: string, fileName: string): Promise<string> {
    return reserve(this.db.client, uploaderId, fileName);
  }

  /**
   * Makes an attachment of a file, which counts from here on. Throws NotFound when it is gone already, StorageLimit when others have
   * taken its room meanwhile.
   */
  complete({ id, facts, limit }: TakenFile): Promise<Attachment> {
    return this.db.transaction(async (tx) => {
      const made = await complete(tx, id, facts);
      if (made === undefined) throw new NotFound('attachment');
      if ((await this.storage.bytes(tx)) > limit) throw new StorageLimit(limit);
      await this.db.afterCommit(() => this.storage.tell());
      return made;
    });
  }

  /** Of no use any more. Where even this cannot be written, the sweep finds a file that no comment has named for a day. */
  async giveUp(id: string, uploaderId: string): Promise<void> {
    await this.removal.removeUnbound(id, uploaderId).catch(() => false);
  }
}
