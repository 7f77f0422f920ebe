import type { Prisma } from '@helpdeskly/catalog';
import { mustHaveDatabaseSql } from '../tenant-status/tenant-policy.js';

type Asked = Pick<Prisma.TransactionClient, '$queryRaw'>;

/** The tenants of a server that an evacuation has not tried to move yet, the oldest first. */
export async function tenantsToMove(
  client: Asked,
  { evacuationId, serverId }: { readonly evacuationId: string; readonly serverId: string },
  most: number,
): Promise<readonly string[]> {
  const rows = await client.$queryRaw<{ id: string }[]>`
    SELECT t."id"::text AS "id" FROM "Tenant" t
     WHERE t."serverId" = ${serverId}::uuid AND ${mustHaveDatabaseSql}
       AND NOT EXISTS (SELECT FROM "TenantMove" m WHERE m."tenantId" = t."id" AND m."evacuationId" = ${evacuationId}::uuid)
     ORDER BY t."createdAt", t."id" LIMIT ${most}::int`;
  return rows.map(({ id }) => id);
}

/** The ACTIVE server with the most room, other than this one. */
export async function roomiestServer(client: Asked, otherThan: string): Promise<string | undefined> {
  const [chosen] = await client.$queryRaw<{ id: string }[]>`
    SELECT s."id"::text AS "id"
      FROM "DatabaseServer" s,
           LATERAL (SELECT (SELECT count(*) FROM "Tenant" t WHERE t."serverId" = s."id")
                         + (SELECT count(*) FROM "TenantMove" m WHERE m."toServerId" = s."id" AND m."finishedAt" IS NULL) AS "tenants") used
     WHERE s."state" = 'ACTIVE' AND s."id" <> ${otherThan}::uuid AND used."tenants" < s."maxTenants"
     ORDER BY s."maxTenants" - used."tenants" DESC, s."id" LIMIT 1`;
  return chosen?.id;
}
