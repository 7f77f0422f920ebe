import { ControlDatabase, type Prisma, type Tenant, type TenantRestore } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { recordSystemEvent } from '../audit/audit-trail.js';
import { ControlLocks } from '../locks/control-locks.js';
import { lastOf, recordSchemaSet } from '../tenant-databases/schema-sets.js';
import { formerDatabaseName } from '../tenant-databases/names.js';
import { mustHaveDatabase } from '../tenant-status/tenant-policy.js';
import { DatabaseBusy } from './closed-database.js';
import { DatabaseSwitch, type SwitchedDatabase } from './database-switch.js';
import { FormerDatabase } from './former-database.js';

/** Switches a tenant to the database that was filled, in PostgreSQL first and then in the catalog. */
@Injectable()
export class ReplacementSwitch {
  constructor(
    private readonly control: ControlDatabase,
    private readonly locks: ControlLocks,
    private readonly databases: DatabaseSwitch,
    private readonly former: FormerDatabase,
  ) {}

  /** Whether PostgreSQL has switched, whatever the catalog says. */
  hasHappened(tenant: Tenant): Promise<boolean> {
    return this.databases.hasHappened(tenant);
  }

  /**
   * Under the tenant's lock, so that no rotation, purge or change of status comes between, and under its row's, so that no backup begins.
   * Goes on where another worker died. Throws DatabaseBusy, PauseTooLong; then everything is as it was.
   */
  async perform(restore: TenantRestore): Promise<void> {
    let begun = performance.now();
    await this.locks.hold('helpdeskly tenant', restore.tenantId, async () => {
      begun = performance.now();
      const tenant = await this.control.transaction((tx) => this.underLock(tx, restore));
      await this.databases.open(tenant);
    });
    const pauseMs = Math.round(performance.now() - begun);
    await this.control.client.tenantRestore.updateMany({ where: { id: restore.id, pauseMs: null }, data: { pauseMs } });
  }

  /** Once more for one whose worker died behind the switch. */
  async open(tenant: Tenant): Promise<void> {
    await this.databases.open(tenant);
  }

  private async underLock(tx: Prisma.TransactionClient, restore: TenantRestore): Promise<Tenant> {
    await tx.$executeRaw`SELECT FROM "Tenant" WHERE "id" = ${restore.tenantId}::uuid FOR UPDATE`;
    const tenant = await tx.tenant.findUniqueOrThrow({ where: { id: restore.tenantId } });
    if (!(await this.databases.hasHappened(tenant))) {
      if (!mustHaveDatabase(tenant)) throw new Error('the tenant has no database any more');
      const backups = await tx.backup.count({ where: { tenantId: tenant.id, status: 'RUNNING' } });
      if (backups > 0) throw new DatabaseBusy('a backup');
      await this.databases.perform(tenant);
    }
    await this.tell(tx, restore, tenant, await this.databases.look(tenant));
    return tenant;
  }

  /** The commit notifies every app-api. */
  private async tell(
    tx: Prisma.TransactionClient,
    restore: TenantRestore,
    tenant: Tenant,
    { schema, storage }: SwitchedDatabase,
  ): Promise<void> {
    const { id: tenantId, slug: tenantSlug } = tenant;
    const formerBackupId = await this.former.order(tx, restore, tenant, formerDatabaseName(tenantId));
    await tx.tenant.update({
      where: { id: tenantId },
      data: {
        generation: { increment: 1 },
        credentialGeneration: { increment: 1 },
        schemaVersion: lastOf(schema),
        schemaSetId: await recordSchemaSet(tx, schema),
        version: { increment: 1 },
        updatedAt: new Date(),
      },
      select: { id: true },
    });
    const stored = { ...storage, toldAt: new Date() };
    await tx.tenantStorage.upsert({ where: { tenantId }, create: { tenantId, ...stored }, update: stored });
    await tx.tenantRestore.update({
      where: { id: restore.id },
      data: { switchedAt: new Date(), step: 'ARCHIVING', formerBackupId, error: null },
      select: { id: true },
    });
    const details = { backupId: restore.backupId, formerBackupId };
    await recordSystemEvent(tx, { action: 'tenant.replaced', tenantId, tenantSlug, details });
  }
}
