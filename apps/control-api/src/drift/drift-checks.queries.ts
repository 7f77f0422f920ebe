import type { ControlClient, ControlDatabase, Prisma } from '@helpdeskly/catalog';
import { mustHaveDatabaseSql } from '../tenant-status/tenant-policy.js';
import type { Compared } from './drift-comparison.js';

/** Of the differences of one tenant, so many are kept. */
const keptDifferences = 100;
/** How long checks are kept. */
const keptDays = 90;

/** Puts these tenants on a check's list, or all that have a database; of them at most `sample`, by chance. Answers how many. */
export function enlist(
  tx: Prisma.TransactionClient,
  checkId: string,
  ids: readonly string[] | undefined,
  sample: number | undefined,
): Promise<number> {
  return tx.$executeRaw`
    INSERT INTO "DriftCheckTenant" ("checkId", "tenantId", "position")
    SELECT ${checkId}::uuid, chosen."id", row_number() OVER (ORDER BY chosen."createdAt", chosen."id")
      FROM (SELECT t."id", t."createdAt" FROM "Tenant" t
             WHERE ${mustHaveDatabaseSql} AND (${ids ?? null}::uuid[] IS NULL OR t."id" = ANY (${ids ?? null}::uuid[]))
             ORDER BY random() LIMIT ${sample ?? null}::int) chosen`;
}

/** Deletes checks of long ago; what is open of them stays in "TenantDrift". */
export async function forgetOldChecks(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`DELETE FROM "DriftCheck" WHERE "createdAt" < now() - make_interval(days => ${keptDays}::int) AND "status" = 'DONE'`;
}

/** The tenants that were not compared, in order. Only one process at a time works on a check, so they stay what is left. */
export async function tenantsLeft(client: ControlClient, checkId: string): Promise<string[]> {
  const rows = await client.driftCheckTenant.findMany({
    where: { checkId, checkedAt: null },
    orderBy: { position: 'asc' },
    select: { tenantId: true },
  });
  return rows.map(({ tenantId }) => tenantId);
}

/** Writes down what a comparison found. What could not be compared leaves what was known before. */
export async function settleTenant(
  control: ControlDatabase,
  checkId: string,
  tenantId: string,
  compared: Compared,
): Promise<void> {
  if (compared !== undefined && 'differences' in compared && compared.differences.length === 0)
    return settleUndrifted(control.client, checkId, tenantId);
  await control.transaction(async (tx) => {
    const where = { checkId_tenantId: { checkId, tenantId } };
    const row = await tx.driftCheckTenant.findUnique({ where });
    if (row === null) return; // Purged meanwhile.
    if (compared === undefined) return void (await tx.driftCheckTenant.delete({ where }));
    const checkedAt = new Date();
    if ('error' in compared)
      return void (await tx.driftCheckTenant.update({ where, data: { checkedAt, error: compared.error } }));
    const { differences } = compared;
    const kept = differences.slice(0, keptDifferences) as unknown as Prisma.InputJsonValue;
    await tx.driftCheckTenant.update({ where, data: { checkedAt, differences: kept, count: differences.length } });
    const drift = { checkId, count: differences.length, first: differences[0]?.object ?? '' };
    await tx.tenantDrift.upsert({ where: { tenantId }, create: { tenantId, ...drift }, update: drift });
  });
}

/** One statement: nearly all tenants of a fleet are as they should be. */
async function settleUndrifted(client: ControlClient, checkId: string, tenantId: string): Promise<void> {
  await client.$executeRaw`
    WITH seen AS (
      UPDATE "DriftCheckTenant" SET "checkedAt" = clock_timestamp(), "differences" = '[]', "count" = 0
       WHERE "checkId" = ${checkId}::uuid AND "tenantId" = ${tenantId}::uuid
      RETURNING "tenantId")
    DELETE FROM "TenantDrift" d USING seen WHERE d."tenantId" = seen."tenantId"`;
}

/** Ends a check of which nothing is left. */
export async function finishCheck(control: ControlDatabase, id: string): Promise<void> {
  await control.client.driftCheck.updateMany({
    where: { id, status: 'RUNNING', tenants: { none: { checkedAt: null } } },
    data: { status: 'DONE', finishedAt: new Date() },
  });
}

/** Checks that have not ended. */
export async function openChecks(client: ControlClient): Promise<string[]> {
  const rows = await client.driftCheck.findMany({
    where: { status: 'RUNNING' },
    orderBy: { createdAt: 'asc' },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}
