import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable, Logger } from '@nestjs/common';
import { AttachmentStore } from './attachment-store.js';
import {
  forget,
  giveUpOfComment,
  giveUpOfOpening,
  giveUpOfUploader,
  giveUpOrphans,
  giveUpUnbound,
  hasKept,
} from './attachments.queries.js';
import { StorageUsage } from './storage-usage.js';
import { SweepIndex } from './sweep-index.js';

const batch = 200;
const orphanedAfterMs = 24 * 3_600_000;

/**
 * Removes bytes of the current tenant, then the row that knew of them. Rows are given up first, by a write that is committed:
 * nobody sees them from then on, and whatever happens in between, the sweep comes back to them.
 */
@Injectable()
export class AttachmentRemoval {
  private readonly log = new Logger('AttachmentRemoval');

  constructor(
    private readonly db: TenantDatabase,
    private readonly store: AttachmentStore,
    private readonly index: SweepIndex,
    private readonly storage: StorageUsage,
  ) {}

  /** One's own file that no comment names; whether there was one. */
  async removeUnbound(id: string, uploaderId: string): Promise<boolean> {
    const isGivenUp = await giveUpUnbound(this.db.client, id, uploaderId);
    if (isGivenUp) await this.finish([id]);
    return isGivenUp;
  }

  /** Within the transaction that redacts a comment; the bytes go when it has committed. */
  async removeOfComment(tx: Prisma.TransactionClient, commentId: string): Promise<void> {
    await this.removeGivenUp(await giveUpOfComment(tx, commentId));
  }

  /** The same for what came with the mail that opened a ticket. */
  async removeOfOpening(tx: Prisma.TransactionClient, ticketId: string): Promise<void> {
    await this.removeGivenUp(await giveUpOfOpening(tx, ticketId));
  }

  /** The same for what somebody has uploaded, `unbound` for what no comment names. */
  async removeOfUploader(tx: Prisma.TransactionClient, uploaderId: string, which: 'all' | 'unbound'): Promise<void> {
    await this.removeGivenUp(await giveUpOfUploader(tx, uploaderId, which));
  }

  /**
   * Removes what was given up, and what was uploaded a day before `now` and no comment names. What a draft keeps is left to a sweep of
   * another day.
   */
  async removeOrphans(now: Date): Promise<void> {
    const uploadedBefore = new Date(now.getTime() - orphanedAfterMs);
    for (let ids; (ids = await giveUpOrphans(this.db.client, uploadedBefore, batch)).length > 0;)
      await this.remove(ids);
    if (await hasKept(this.db.client)) await this.index.note(now);
    await this.storage.tell();
  }

  /** What was given up by a statement of somebody else's, in the transaction that is open; the bytes go when it has committed. */
  async removeGivenUp(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    // The words go whether the storage answers or not; without the index, this process remembers.
    await this.index.note().catch((error: unknown) => this.leaveToSweep(error));
    await this.db.afterCommit(() => this.finish(ids));
  }

  /** What has been given up is gone for everybody already; when its bytes cannot be reached now, the sweep comes back to them. */
  private async finish(ids: readonly string[]): Promise<void> {
    await this.remove(ids).catch((error: unknown) => this.leaveToSweep(error));
    await this.storage.tell();
  }

  private async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.store.delete(id);
    await forget(this.db.client, ids);
  }

  private leaveToSweep(error: unknown): void {
    this.index.remember();
    this.log.warn(`Deleted files are still stored; their bytes will be removed later: ${String(error)}`);
  }
}
