import { backupSpace } from '@helpdeskly/archive';
import { ControlDatabase, type Backup, type Prisma } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { NotFound } from '@helpdeskly/errors';
import { Injectable, Logger } from '@nestjs/common';
import { ArchiveKeys } from '../archives/archive-keys.js';
import { ArchiveStore } from '../archives/archive-store.js';
import { ArchiveTidy } from '../archives/archive-tidy.js';
import { archiveIdOf } from '../archives/archives.js';
import { recordEvent, recordSystemEvent, type Origin } from '../audit/audit-trail.js';
import { awaitsProvisioning } from '../tenant-status/tenant-policy.js';
import { BackupUnderWay } from './errors.js';

/**
 * Removes backups: the row first, and with the last one the key, then the blobs. What cannot be removed now, because the store is away or
 * this process ends, the tidy finds.
 */
@Injectable()
export class BackupRemoval {
  private readonly log = new Logger('BackupRemoval');

  constructor(
    private readonly control: ControlDatabase,
    private readonly keys: ArchiveKeys,
    private readonly store: ArchiveStore,
    private readonly tidy: ArchiveTidy,
  ) {}

  /** Throws NotFound if somebody else was quicker, BackupUnderWay. */
  async delete(origin: Origin, backup: Backup): Promise<void> {
    const { id, tenantId, tenantSlug } = backup;
    await this.control.transaction(async (tx) => {
      await this.remove(tx, backup);
      await recordEvent(tx, origin, { action: 'backup.deleted', tenantId, tenantSlug, details: { id } });
      await this.control.afterCommit(() => this.removeBlobs(backup));
    });
  }

  /** The same for one whose time is over; the tidy removes what it shared. */
  async expire(backup: Backup): Promise<void> {
    const { id, tenantId, tenantSlug } = backup;
    await this.control.transaction(async (tx) => {
      await this.remove(tx, backup);
      await recordSystemEvent(tx, { action: 'backup.expired', tenantId, tenantSlug, details: { id } });
      await this.control.afterCommit(() => this.discard(backup));
    });
  }

  /** The blobs of a take that has failed. */
  async discard(backup: Pick<Backup, 'id' | 'takes' | 'tenantId'>): Promise<void> {
    if (!this.store.isThere) return;
    try {
      await this.store.blobs.deleteSpace(backupSpace(archiveIdOf(backup)));
    } catch (error) {
      this.log.warn(`The blobs of the backup ${backup.id} are removed later: ${describeFailure(error)}`);
    }
  }

  private async remove(tx: Prisma.TransactionClient, backup: Backup): Promise<void> {
    const { id, tenantId } = backup;
    await this.keys.lock(tx, tenantId); // Whoever orders a copy of it has locked it too.
    const copied = { copyOfId: id, status: { in: awaitsProvisioning.statuses } };
    const restored = { backupId: id, status: 'RUNNING' } as const;
    if ((await tx.tenant.count({ where: copied })) + (await tx.tenantRestore.count({ where: restored })) > 0)
      throw new BackupUnderWay('DONE');
    const { count } = await tx.backup.deleteMany({
      where: { id, status: { not: 'RUNNING' }, verifyRequestedAt: null },
    });
    if (count === 0) {
      const found = await tx.backup.findUnique({ where: { id }, select: { status: true } });
      throw found === null ? new NotFound('backup') : new BackupUnderWay(found.status);
    }
    await this.keys.release(tx, tenantId);
  }

  private async removeBlobs(backup: Backup): Promise<void> {
    if (!this.store.isThere) return;
    await this.discard(backup);
    try {
      await this.tidy.after(backup.tenantId);
    } catch (error) {
      this.log.warn(`What archives of a tenant shared is tidied later: ${describeFailure(error)}`);
    }
  }
}
