import type { ControlDatabase } from '@helpdeskly/catalog';
import type { AppliedMigration } from '@helpdeskly/migrator';
import { recordSystemEvent } from '../audit/audit-trail.js';
import { lastOf, recordSchemaSet } from '../tenant-databases/schema-sets.js';
import { awaitsProvisioning } from '../tenant-status/tenant-policy.js';
import type { NewTenant } from './new-tenant.js';
import { JobSuperseded } from './step-log.js';

/**
 * The last step of provisioning: one conditional UPDATE, whose commit notifies every app-api. Calls `limit` if the
 * connection limit was changed while the database was made. Throws JobSuperseded.
 */
export async function activateTenant(
  control: ControlDatabase,
  tenant: NewTenant,
  schema: readonly AppliedMigration[],
  limit: (maxConnections: number) => Promise<unknown>,
): Promise<void> {
  const schemaVersion = lastOf(schema);
  await control.transaction(async (tx) => {
    const schemaSetId = await recordSchemaSet(tx, schema);
    const [activated] = await tx.$queryRaw<{ maxConnections: number }[]>`
      UPDATE "Tenant"
         SET "status" = 'ACTIVE', "statusReason" = NULL, "schemaVersion" = ${schemaVersion}, "schemaSetId" = ${schemaSetId}, "adminPasswordHash" = NULL,
             "activatedAt" = clock_timestamp(), "updatedAt" = clock_timestamp(), "version" = "version" + 1
       WHERE "id" = ${tenant.id}::uuid AND "status" = ANY (${awaitsProvisioning.statuses}::text[]::"TenantStatus"[])
         AND "generation" = ${tenant.generation}
      RETURNING "maxConnections"`;
    if (activated === undefined) throw new JobSuperseded(tenant.id);
    if (activated.maxConnections !== tenant.maxConnections) await limit(activated.maxConnections);
    await tx.$executeRaw`
      UPDATE "ProvisioningStep"
         SET "status" = 'DONE', "durationMs" = round(extract(epoch FROM clock_timestamp() - "startedAt") * 1000)
       WHERE "tenantId" = ${tenant.id}::uuid AND "attempt" = ${tenant.attempt} AND "name" = 'activate'`;
    await recordSystemEvent(tx, { action: 'tenant.activated', tenantId: tenant.id, tenantSlug: tenant.slug });
  });
}

/** Makes a tenant FAILED, with the reason; does nothing if the tenant has changed meanwhile. */
export async function failTenant(control: ControlDatabase, tenant: NewTenant, reason: string): Promise<void> {
  await control.transaction(async (tx) => {
    const failed = await tx.$executeRaw`
      UPDATE "Tenant"
         SET "status" = 'FAILED', "statusReason" = ${reason}, "updatedAt" = clock_timestamp(), "version" = "version" + 1
       WHERE "id" = ${tenant.id}::uuid AND "status" = ANY (${awaitsProvisioning.statuses}::text[]::"TenantStatus"[])
         AND "generation" = ${tenant.generation}`;
    if (failed === 0) return;
    const details = { reason, attempt: tenant.attempt };
    await recordSystemEvent(tx, { action: 'tenant.failed', tenantId: tenant.id, tenantSlug: tenant.slug, details });
  });
}
