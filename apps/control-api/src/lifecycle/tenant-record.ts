import { createHash } from 'node:crypto';
import { ControlDatabase, type Tenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { recordSystemEvent } from '../audit/audit-trail.js';
import { Poolers } from '../pooler/poolers.js';
import { TenantFiles } from '../tenant-databases/tenant-files.js';
import { isDeleting } from '../tenant-status/tenant-policy.js';

/** The end of a tenant's row in the control database. */
@Injectable()
export class TenantRecord {
  constructor(
    private readonly control: ControlDatabase,
    private readonly poolers: Poolers,
    private readonly files: TenantFiles,
  ) {}

  /** Returns whether the tenant's purge is due. From then on it cannot be restored. */
  async beginPurge({ id, generation }: Tenant): Promise<boolean> {
    const begun = await this.control.client.$executeRaw`
      UPDATE "Tenant" SET "purgeStartedAt" = coalesce("purgeStartedAt", clock_timestamp())
       WHERE "id" = ${id}::uuid AND "generation" = ${generation} AND "status" = ANY (${isDeleting.statuses}::text[]::"TenantStatus"[])
         AND "purgeAt" <= clock_timestamp()`;
    return begun === 1;
  }

  /**
   * Deletes the row, and with it secrets, steps and migrations, stored answers about the tenant, findings and incidents.
   * Leaves a tombstone. Repeatable.
   */
  async delete({ id, slug, name, databaseName, purgeBackups, createdAt, updatedAt }: Tenant): Promise<void> {
    await this.control.transaction(async (tx) => {
      const [deletion] = await tx.$queryRaw<{ at: Date }[]>`
        SELECT "createdAt" AS "at" FROM "audit"."AuditEvent"
         WHERE "tenantId" = ${id}::uuid AND "action" = 'tenant.deleted' AND "details"->>'from' <> 'DELETING'
         ORDER BY "seq" DESC LIMIT 1`;
      const deletedAt = deletion?.at ?? updatedAt;
      const { count } = await tx.tenant.deleteMany({ where: { id } });
      if (count === 0) return;
      // Of a tenant that is gone, all that have expired are removed, and with the last one the key.
      if (purgeBackups) await tx.backup.updateMany({ where: { tenantId: id }, data: { expiresAt: new Date() } });
      await tx.idempotencyKey.deleteMany({ where: { resourceId: id } });
      await tx.reconciliationFinding.deleteMany({ where: { tenantId: id } });
      await tx.incident.deleteMany({ where: { tenantSlug: slug } });
      await tx.tenantTombstone.create({
        data: { id, slugHash: sha256(slug), nameHash: sha256(name), databaseName, createdAt, deletedAt },
        select: { id: true },
      });
      const details = { files: this.files.store !== undefined };
      await recordSystemEvent(tx, { action: 'tenant.purged', tenantId: id, tenantSlug: slug, details });
    });
    await this.poolers.publishSoon();
  }
}

function sha256(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(text).digest());
}
