import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AttachmentStore } from '../../attachments/attachment-store.js';
import { StorageUsage } from '../../attachments/storage-usage.js';

const batch = 100;
/** After so long nobody writes a message any more whose row says that it is not stored. */
const abandonedAfterMs = 3_600_000;
const dayMs = 24 * 3_600_000;

/** The messages as they came, of the current tenant; each under the id of its InboundMail. */
@Injectable()
export class RawMails {
  constructor(
    private readonly db: TenantDatabase,
    private readonly store: AttachmentStore,
    private readonly storage: StorageUsage,
  ) {}

  /** On the disk when this resolves. Throws StorageUnavailable, ServiceUnavailable. */
  put(id: string, raw: Buffer): Promise<void> {
    return this.store.put(id, Readable.from([raw]));
  }

  async read(id: string): Promise<Buffer> {
    return buffer(await this.store.get(id));
  }

  /** Forgets a mail that was not stored whole. What cannot be removed now is abandoned. */
  async forget(id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const abandoned = await tx.$queryRaw<unknown[]>`
        SELECT FROM "InboundMail" WHERE "id" = ${id}::uuid AND "storedAt" IS NULL FOR UPDATE`;
      if (abandoned.length === 0) return; // The answer to its COMMIT was lost: it was stored after all.
      await this.store.delete(id);
      await tx.inboundMail.delete({ where: { id }, select: { id: true } });
    });
  }

  /** Removes what was abandoned before it was stored, and the messages that are older than the helpdesk keeps them. */
  async removeOld(now = new Date()): Promise<void> {
    const since = new Date(now.getTime() - abandonedAfterMs);
    const abandoned = await this.db.client.inboundMail.findMany({
      where: { storedAt: null, createdAt: { lt: since } },
      select: { id: true },
      take: batch,
    });
    for (const { id } of abandoned) await this.forget(id);
    const { rawMailDays } = await this.db.client.settings.findUniqueOrThrow({ where: { id: 1 } });
    const before = new Date(now.getTime() - rawMailDays * dayMs);
    for (;;) {
      const old = await this.oldest(before);
      for (const id of old) await this.remove(id);
      if (old.length < batch) break;
    }
  }

  /** Gives a message up, then its bytes: whatever happens in between, its row says that it is to go. */
  async remove(id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      await tx.inboundMail.updateMany({ where: { id, rawRemovedAt: null }, data: { rawRemovedAt: new Date() } });
      await tx.attachment.updateMany({ where: { id, raw: true, removedAt: null }, data: { removedAt: new Date() } });
    });
    await this.store.delete(id);
    await this.db.client.attachment.deleteMany({ where: { id, raw: true, removedAt: { not: null } } });
    await this.storage.tell();
  }

  /** Those that wait for an admin or for their filing stay. */
  private async oldest(before: Date): Promise<string[]> {
    const rows = await this.db.client.inboundMail.findMany({
      where: { rawRemovedAt: null, createdAt: { lt: before }, storedAt: { not: null }, status: 'FILED' },
      orderBy: { createdAt: 'asc' },
      select: { id: true },
      take: batch,
    });
    return rows.map(({ id }) => id);
  }
}
