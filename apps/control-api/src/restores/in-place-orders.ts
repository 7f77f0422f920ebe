import { isDeepStrictEqual } from 'node:util';
import { ControlDatabase, type Backup, type TenantRestore } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { Injectable } from '@nestjs/common';
import { ArchiveKeys } from '../archives/archive-keys.js';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { NothingToRestore } from '../backups/errors.js';
import { lackingIn } from '../tenant-databases/schema-sets.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import { lockTenant } from '../tenants/tenant-finder.js';
import { mustHaveDatabase } from '../tenant-status/tenant-policy.js';
import type { CheckedArchive } from './archive-check.interceptor.js';
import { NothingToReplace, SchemaBehind } from './errors.js';
import { RestoreQueue } from './restore-queue.js';

/** What of an archive is wanted: all of it in the place of the tenant's database, or these tickets. */
export type WantedBack = 'DATABASE' | readonly number[];

/** Orders archives, or single tickets of theirs, to be given back to their own tenants: a row, then a job. */
@Injectable()
export class InPlaceOrders {
  constructor(
    private readonly control: ControlDatabase,
    private readonly keys: ArchiveKeys,
    private readonly queue: RestoreQueue,
    private readonly migrations: TenantMigrations,
  ) {}

  /**
   * While the same is being restored from the same archive, a new order joins that. Throws NotFound, NothingToRestore, NothingToReplace, for tickets
   * SchemaBehind, and what is wrong with the archive.
   */
  order(
    origin: Origin,
    { id: backupId, tenantId }: Backup,
    wanted: WantedBack,
    checked: CheckedArchive,
  ): Promise<TenantRestore> {
    const numbers = wanted === 'DATABASE' ? [] : [...wanted];
    return this.control.transaction(async (tx) => {
      const tenant = await lockTenant(this.control, tenantId);
      await this.keys.lock(tx, tenantId); // Nobody deletes it until the row says that it is being restored.
      const backup = await tx.backup.findUnique({ where: { id: backupId } });
      if (backup === null) throw new NotFound('backup');
      if (backup.status !== 'DONE') throw new NothingToRestore(backup.status);
      const running = await tx.tenantRestore.findFirst({ where: { tenantId, status: 'RUNNING' } });
      if (running?.backupId === backupId && isDeepStrictEqual(running.numbers, numbers)) return running;
      const moves = await tx.tenantMove.count({ where: { tenantId, finishedAt: null } });
      if (running !== null || moves > 0 || !mustHaveDatabase(tenant))
        throw new NothingToReplace(tenant.slug, tenant.status);
      if (wanted !== 'DATABASE' && lackingIn(tenant, this.migrations.current).length > 0)
        throw new SchemaBehind(tenant.slug, tenant.status);
      if (checked.archive() === undefined) throw new NothingToRestore(backup.status);
      const { slug: tenantSlug } = tenant;
      const restore = await tx.tenantRestore.create({ data: { tenantId, tenantSlug, backupId, numbers } });
      const as = wanted === 'DATABASE' ? { as: 'REPLACE' } : { as: 'TICKETS', numbers };
      const details = { id: backupId, ...as, restoreId: restore.id };
      await recordEvent(tx, origin, { action: 'backup.restore_ordered', tenantId, tenantSlug, details });
      await this.control.afterCommit(() => this.queue.offer('replace', { tenantId, restoreId: restore.id }));
      return restore;
    });
  }
}
