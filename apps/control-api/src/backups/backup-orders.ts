import { ControlDatabase, type Backup, type Prisma } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { Injectable } from '@nestjs/common';
import { ArchiveKeys } from '../archives/archive-keys.js';
import { ArchiveStore } from '../archives/archive-store.js';
import { recordEvent, recordSystemEvent, type AuditEntry, type Origin } from '../audit/audit-trail.js';
import { lockTenant } from '../tenants/tenant-finder.js';
import { mustHaveDatabase } from '../tenant-status/tenant-policy.js';
import { BackupQueue } from './backup-queue.js';
import { NothingToBackUp, NothingToVerify } from './errors.js';

/** Orders backups: a row, then a job. */
@Injectable()
export class BackupOrders {
  constructor(
    private readonly control: ControlDatabase,
    private readonly store: ArchiveStore,
    private readonly keys: ArchiveKeys,
    private readonly queue: BackupQueue,
  ) {}

  /** While a backup of the tenant runs, a new order joins it. Throws NotFound, NothingToBackUp, ServiceUnavailable. */
  order(origin: Origin, idOrSlug: string, reason: string | null): Promise<Backup> {
    void this.store.blobs; // Throws where backups cannot be stored.
    return this.begin(idOrSlug, reason, (tx, entry) => recordEvent(tx, origin, entry));
  }

  /** The same by the schedule. */
  orderScheduled(tenantId: string): Promise<Backup> {
    return this.begin(tenantId, 'scheduled', recordSystemEvent);
  }

  private begin(
    idOrSlug: string,
    reason: string | null,
    record: (tx: Prisma.TransactionClient, entry: AuditEntry) => Promise<void>,
  ): Promise<Backup> {
    return this.control.transaction(async (tx) => {
      const tenant = await lockTenant(this.control, idOrSlug);
      const { id: tenantId, slug: tenantSlug, status } = tenant;
      if (!mustHaveDatabase(tenant)) throw new NothingToBackUp(tenantSlug, status);
      await this.keys.ensure(tx, tenantId);
      const running = await tx.backup.findFirst({ where: { tenantId, status: 'RUNNING' } });
      if (running !== null) return running;
      const backup = await tx.backup.create({ data: { tenantId, tenantSlug, reason } });
      const details = { id: backup.id, ...(reason === null ? {} : { reason }) };
      await record(tx, { action: 'backup.ordered', tenantId, tenantSlug, details });
      await this.control.afterCommit(() => this.queue.offer('back_up', { tenantId, backupId: backup.id }));
      return backup;
    });
  }

  /** The daily proof. Does nothing if the backup is gone, or being verified. */
  orderProof(id: string): Promise<void> {
    return this.control.transaction(async (tx) => {
      const [backup] = await tx.backup.updateManyAndReturn({
        where: { id, status: 'DONE', verifyRequestedAt: null },
        data: { verifyRequestedAt: new Date() },
      });
      if (backup === undefined) return;
      const { tenantId, tenantSlug } = backup;
      const action = 'backup.verification_ordered';
      await recordSystemEvent(tx, { action, tenantId, tenantSlug, details: { id } });
      await this.control.afterCommit(() => this.queue.offer('verify', { tenantId, backupId: id }));
    });
  }

  /** While a verification is under way, a new order joins it. Throws NothingToVerify, ServiceUnavailable. */
  orderVerification(origin: Origin, { id, tenantId, tenantSlug }: Backup): Promise<Backup> {
    void this.store.blobs; // Throws where there are none.
    return this.control.transaction(async (tx) => {
      const ordered = await tx.backup.updateMany({
        where: { id, status: 'DONE', verifyRequestedAt: null },
        data: { verifyRequestedAt: new Date() },
      });
      const backup = await tx.backup.findUnique({ where: { id } });
      if (backup === null) throw new NotFound('backup');
      if (backup.status !== 'DONE') throw new NothingToVerify(backup.status);
      if (ordered.count === 0) return backup;
      const action = 'backup.verification_ordered';
      await recordEvent(tx, origin, { action, tenantId, tenantSlug, details: { id } });
      await this.control.afterCommit(() => this.queue.offer('verify', { tenantId, backupId: id }));
      return backup;
    });
  }
}
