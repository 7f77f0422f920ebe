import type { Prisma, TenantStatus } from '@helpdeskly/catalog';

/** The statuses in which a tenant has a database that serves, or may serve again. */
export const migratable: readonly TenantStatus[] = ['ACTIVE', 'SUSPENDED', 'INACTIVE', 'DELETING'];

/** Puts tenants on a run's list, those that are not on it yet: the named ones, or all that have a database. */
export function enlist(
  tx: Prisma.TransactionClient,
  runId: string,
  which: { readonly ids: readonly string[] } | { readonly olderThan: string } | 'all',
): Promise<number> {
  const ids = typeof which === 'object' && 'ids' in which ? which.ids : null;
  const olderThan = typeof which === 'object' && 'olderThan' in which ? which.olderThan : null;
  return tx.$executeRaw`
    INSERT INTO "TenantMigration" ("runId", "tenantId", "position", "fromVersion")
    SELECT ${runId}::uuid, t."id",
           (SELECT coalesce(max("position") + 1, 0) FROM "TenantMigration" WHERE "runId" = ${runId}::uuid)
             + row_number() OVER (ORDER BY t."createdAt", t."id") - 1,
           t."schemaVersion"
      FROM "Tenant" t
     WHERE t."status" = ANY (${migratable}::text[]::"TenantStatus"[]) AND t."purgeStartedAt" IS NULL
       AND (t."status" <> 'DELETING' OR t."statusBefore" <> 'FAILED')
       AND (${ids}::uuid[] IS NULL OR t."id" = ANY (${ids}::uuid[]))
       AND (${olderThan}::text IS NULL OR t."schemaVersion" IS NULL OR t."schemaVersion" < ${olderThan})
    ON CONFLICT ("runId", "tenantId") DO NOTHING`;
}
