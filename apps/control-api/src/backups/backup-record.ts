import type { WrittenArchive } from '@helpdeskly/archive';
import { ControlDatabase, type Backup, type Prisma, type Tenant } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import type { JobOutcome } from '@helpdeskly/queue';
import { Inject, Injectable } from '@nestjs/common';
import { ArchiveKeys } from '../archives/archive-keys.js';
import { recordSystemEvent } from '../audit/audit-trail.js';
import { policyOf } from '../backup-policies/backup-policy.js';
import { controlConfig } from '../configuration/tokens.js';
import { lastOf } from '../tenant-databases/schema-sets.js';
import { expiryOf } from './retention.js';

/** How long a failed backup is listed, in milliseconds. */
const failedMs = 30 * 86_400_000;

/** A backup's row while it is worked on. A take that another one has followed changes nothing any more. */
@Injectable()
export class BackupRecord {
  constructor(
    private readonly control: ControlDatabase,
    private readonly keys: ArchiveKeys,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  /** Undefined if the backup is not RUNNING. */
  async running(id: string): Promise<Backup | undefined> {
    return (await this.control.client.backup.findFirst({ where: { id, status: 'RUNNING' } })) ?? undefined;
  }

  /** Begins the next take; undefined if the backup is not RUNNING. */
  async begin(id: string): Promise<Backup | undefined> {
    return this.control.transaction(async (tx) => {
      const [row] = await tx.backup.updateManyAndReturn({
        where: { id, status: 'RUNNING' },
        data: { takes: { increment: 1 } },
      });
      const untidySince = new Date(); // The take before may have stored files that no archive has.
      if (row !== undefined && row.takes > 1)
        await tx.archiveKey.updateMany({ where: { tenantId: row.tenantId }, data: { untidySince } });
      return row;
    });
  }

  /** With the database that is to be archived, which may be the tenant's former one. */
  async tenantOf({ tenantId, databaseName }: Backup): Promise<Tenant | null> {
    const tenant = await this.control.client.tenant.findUnique({ where: { id: tenantId } });
    return tenant === null || databaseName === null ? tenant : { ...tenant, databaseName };
  }

  /** Stores why the present take failed; another one will follow. */
  async note({ id, takes }: Backup, error: string): Promise<void> {
    await this.control.client.backup.updateMany({ where: { id, takes, status: 'RUNNING' }, data: { error } });
  }

  async finish(backup: Backup, { manifest, rows, bytes, sha256 }: WrittenArchive): Promise<JobOutcome> {
    const takenAt = new Date(manifest.takenAt);
    const { missing } = manifest;
    return this.control.transaction(async (tx) => {
      const tenant = await tx.tenant.findUnique({ where: { id: backup.tenantId } });
      const { backups } = this.config;
      const { keep } = tenant === null ? backups : policyOf(tenant, backups);
      const earlier = await tx.backup.findMany({
        where: { tenantId: backup.tenantId, status: 'DONE' },
        select: { takenAt: true },
      });
      const taken = earlier.flatMap((row) => (row.takenAt === null ? [] : [row.takenAt]));
      return this.settle(tx, backup, {
        status: 'DONE',
        takenAt,
        schemaVersion: lastOf(manifest.migrations),
        rows,
        bytes,
        sha256,
        error:
          missing.length === 0 ? null : `The storage no longer has ${missing.length} files, such as ${missing[0]}.`,
        expiresAt: expiryOf(takenAt, taken, keep),
      });
    });
  }

  /** Gives it up. */
  async fail(backup: Backup, error: string): Promise<JobOutcome> {
    return this.control.transaction(async (tx) => {
      await this.keys.lock(tx, backup.tenantId);
      const expiresAt = new Date(Date.now() + failedMs);
      const outcome = await this.settle(tx, backup, { status: 'FAILED', error, expiresAt });
      await this.keys.release(tx, backup.tenantId);
      return outcome;
    });
  }

  private async settle(
    tx: Prisma.TransactionClient,
    { id, takes, tenantId, tenantSlug }: Backup,
    data: Prisma.BackupUpdateManyMutationInput & { readonly status: 'DONE' | 'FAILED' },
  ): Promise<JobOutcome> {
    const { count } = await tx.backup.updateMany({
      where: { id, takes, status: 'RUNNING' },
      data: { ...data, finishedAt: new Date() },
    });
    if (count === 0) return 'superseded';
    const outcome = data.status === 'DONE' ? 'done' : 'failed';
    await recordSystemEvent(tx, { action: `backup.${outcome}`, tenantId, tenantSlug, details: { id } });
    return outcome;
  }
}
