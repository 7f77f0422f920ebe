import { createHash } from 'node:crypto';
import { ControlDatabase, type Tenant } from '@helpdeskly/catalog';
import type { BlobStore } from '@helpdeskly/storage';
import { recordSystemEvent } from '../audit/audit-trail.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { Poolers } from '../pooler/poolers.js';
import { ownershipMarker, tenantRoleNames, warmMarker } from '../tenant-databases/names.js';
import { dropTenantDatabase, ForeignDatabase } from '../tenant-databases/tenant-database.js';
import { dropRole } from '../tenant-databases/tenant-role.js';
import { LifecycleQueue } from './lifecycle-queue.js';
import { TenantAccess } from './tenant-access.js';

/** Leaves nothing of a tenant but the audit trail and a tombstone. */
export class Purge {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly poolers: Poolers,
    private readonly access: TenantAccess,
    private readonly queue: LifecycleQueue,
    private readonly installation: string,
    /** Undefined when no storage is configured here: attachments stay where they are then. */
    private readonly blobs: BlobStore | undefined,
  ) {}

  /** Repeatable from any point at which it stopped; from its first step on, the tenant cannot be restored. */
  async purge(tenant: Tenant): Promise<void> {
    const { id, generation, databaseName } = tenant;
    if (!(await this.begin(tenant))) return;
    await this.access.shut(tenant);
    await this.blobs?.deleteSpace(id);
    const server = await this.servers.server(tenant.serverId);
    const markers = [ownershipMarker(this.installation, id), warmMarker(this.installation)] as const;
    await dropTenantDatabase(server.admin, databaseName, ...markers).catch((error: unknown) => {
      // Of a tenant that never came to life, another's database is not this tenant's to drop, and no reason to stay.
      if (!(error instanceof ForeignDatabase) || tenant.activatedAt !== null) throw error;
    });
    for (const role of tenantRoleNames(id)) await dropRole(server, role, databaseName);
    const forgotten = Array.from({ length: 100 }, (_, age) => generation - age).filter((each) => each > 0);
    await this.queue.forget(id, forgotten);
    await this.bury(tenant);
    await this.poolers.publishSoon();
  }

  private async begin({ id, generation }: Tenant): Promise<boolean> {
    const begun = await this.control.client.$executeRaw`
      UPDATE "Tenant" SET "purgeStartedAt" = coalesce("purgeStartedAt", clock_timestamp())
       WHERE "id" = ${id}::uuid AND "generation" = ${generation} AND "status" = 'DELETING' AND "purgeAt" <= clock_timestamp()`;
    return begun === 1;
  }

  /** The row goes, and with it secrets, steps and migrations; answers that were kept about it and findings go too. */
  private async bury({ id, slug, name, databaseName, createdAt, updatedAt }: Tenant): Promise<void> {
    await this.control.transaction(async (tx) => {
      const [deletion] = await tx.$queryRaw<{ at: Date }[]>`
        SELECT "createdAt" AS "at" FROM "audit"."AuditEvent"
         WHERE "tenantId" = ${id}::uuid AND "action" = 'tenant.deleted' AND "details"->>'from' <> 'DELETING'
         ORDER BY "seq" DESC LIMIT 1`;
      const deletedAt = deletion?.at ?? updatedAt;
      const { count } = await tx.tenant.deleteMany({ where: { id } });
      if (count === 0) return;
      await tx.idempotencyKey.deleteMany({ where: { resourceId: id } });
      await tx.reconciliationFinding.deleteMany({ where: { tenantId: id } });
      await tx.tenantTombstone.create({
        data: { id, slugHash: sha256(slug), nameHash: sha256(name), databaseName, createdAt, deletedAt },
        select: { id: true },
      });
      await recordSystemEvent(tx, { action: 'tenant.purged', tenantId: id, tenantSlug: slug });
    });
  }
}

function sha256(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(text).digest());
}
