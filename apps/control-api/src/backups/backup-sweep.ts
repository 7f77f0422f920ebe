import { ControlDatabase, type Backup } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { Periodic } from '@helpdeskly/queue';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { BackupUnderWay } from './errors.js';
import { BackupQueue } from './backup-queue.js';
import { BackupRemoval } from './backup-removal.js';

const intervalMs = 5000;
const batch = 100;

/** Queues backups whose job was lost, or never queued, and removes those whose time is over. */
@Injectable()
export class BackupSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly periodic: Periodic;

  constructor(
    private readonly control: ControlDatabase,
    private readonly queue: BackupQueue,
    private readonly removal: BackupRemoval,
    background: BackgroundMetrics,
  ) {
    const sweep = () => background.count('backup_sweep', () => this.sweep());
    this.periodic = new Periodic(intervalMs, sweep, new Logger('BackupSweep'));
  }

  onApplicationBootstrap(): void {
    this.periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.periodic.stop();
  }

  private async sweep(): Promise<void> {
    const due = await this.control.client.backup.findMany({
      where: { OR: [{ status: 'RUNNING' }, { verifyRequestedAt: { not: null } }] },
      select: { id: true, tenantId: true, status: true },
    });
    for (const { id, tenantId, status } of due)
      await this.queue.addAgain(status === 'RUNNING' ? 'back_up' : 'verify', { tenantId, backupId: id });
    for (const backup of await this.expired()) await this.expire(backup);
  }

  private async expire(backup: Backup): Promise<void> {
    try {
      await this.removal.expire(backup);
    } catch (error) {
      // Another process was quicker, or somebody has just ordered a verification.
      if (!(error instanceof NotFound || error instanceof BackupUnderWay)) throw error;
    }
  }

  /** The newest archive of a tenant that exists stays, and the newest that is not known to be broken: better an old one than none. */
  private expired(): Promise<Backup[]> {
    return this.control.client.$queryRaw<Backup[]>`
      SELECT b.* FROM "Backup" b
       WHERE b."expiresAt" <= clock_timestamp() AND b."status" <> 'RUNNING' AND b."verifyRequestedAt" IS NULL
         AND (b."status" = 'FAILED' OR NOT EXISTS (SELECT FROM "Tenant" t WHERE t."id" = b."tenantId")
              OR EXISTS (SELECT FROM "Backup" n WHERE n."tenantId" = b."tenantId" AND n."status" = 'DONE'
                           AND n."brokenSince" IS NULL AND n."takenAt" > b."takenAt"))
       ORDER BY b."expiresAt" LIMIT ${batch}`;
  }
}
