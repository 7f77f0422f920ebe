import type { Prisma } from '@helpdeskly/catalog';
import { mustHaveDatabaseSql } from '../tenant-status/tenant-policy.js';

/**
 * Puts tenants on a run's list that are not on it yet: the named ones, all that have a database, or the `late`
 * ones among these that lack something. Tenants with a set in `settled` are already done, and come last. Those of `first` come first in
 * any case, in the order of their ids there.
 */
export function enlist(
  tx: Prisma.TransactionClient,
  runId: string,
  which: { readonly ids: readonly string[] } | 'all' | 'late',
  settled: readonly string[],
  first: readonly string[] = [],
): Promise<number> {
  const ids = typeof which === 'object' ? which.ids : null;
  return tx.$executeRaw`
    INSERT INTO "TenantMigration" ("runId", "tenantId", "serverId", "fromVersion", "position", "state", "finishedAt")
    SELECT ${runId}::uuid, t."id", t."serverId", t."schemaVersion",
           (SELECT coalesce(max("position") + 1, 0) FROM "TenantMigration" WHERE "runId" = ${runId}::uuid)
             + row_number() OVER (ORDER BY array_position(${first}::uuid[], t."id") NULLS LAST, t."settled", t."createdAt", t."id") - 1,
           CASE WHEN t."settled" THEN 'DONE' ELSE 'PENDING' END::"MigrationState",
           CASE WHEN t."settled" THEN clock_timestamp() END
      FROM (SELECT *, coalesce("schemaSetId" = ANY (${settled}::text[]), false) AS "settled" FROM "Tenant") t
     WHERE ${mustHaveDatabaseSql}
       AND (${ids}::uuid[] IS NULL OR t."id" = ANY (${ids}::uuid[]))
       AND (${which !== 'late'} OR NOT t."settled")
    ON CONFLICT ("runId", "tenantId") DO NOTHING`;
}
