import { Prisma, type ControlClient } from '@helpdeskly/catalog';
import { isKept } from '../tenant-status/tenant-policy.js';

/** How safe a tenant is. */
export interface BackupState {
  readonly tenantId: string;
  readonly slug: string;
  readonly serverId: string;
  /** 0: not by itself. */
  readonly everyMs: number;
  readonly lastBackupId: string | null;
  readonly lastBackupAt: Date | null;
  /** Of what would be lost, were its database lost now. */
  readonly ageSeconds: number;
  /** Whether that is more than its policy allows. */
  readonly overdue: boolean;
  readonly lastProofId: string | null;
  readonly lastProofAt: Date | null;
}

/** A backup takes its time after it is due: a tenth of the interval, ten minutes at least. */
const graceSeconds = 600;

/** A condition over this query, for `"everyMs"` of the installation. An archive that is known to be broken is none. */
export function backupStates(defaultEveryMs: number, tenants = Prisma.sql`true`): Prisma.Sql {
  return Prisma.sql`
    SELECT s.*, s."everyMs" > 0 AND s."ageSeconds" > s."everyMs" / 1000 + greatest(${graceSeconds}::float8, s."everyMs" / 10000) AS "overdue"
      FROM (SELECT t."id"::text AS "tenantId", t."slug", t."serverId"::text AS "serverId",
                   coalesce(t."backupEveryMs", ${defaultEveryMs})::float8 AS "everyMs",
                   last."id"::text AS "lastBackupId", last."takenAt" AS "lastBackupAt",
                   extract(epoch FROM now() - coalesce(last."takenAt", t."activatedAt", t."createdAt"))::float8 AS "ageSeconds",
                   proof."id"::text AS "lastProofId", proof."verifiedAt" AS "lastProofAt"
              FROM "Tenant" t
              LEFT JOIN LATERAL (SELECT b."id", b."takenAt" FROM "Backup" b
                                  WHERE b."tenantId" = t."id" AND b."status" = 'DONE' AND b."brokenSince" IS NULL
                                  ORDER BY b."takenAt" DESC LIMIT 1) last ON true
              LEFT JOIN LATERAL (SELECT b."id", b."verifiedAt" FROM "Backup" b
                                  WHERE b."tenantId" = t."id" AND b."verifiedAt" IS NOT NULL
                                  ORDER BY b."verifiedAt" DESC LIMIT 1) proof ON true
             WHERE t."status" = ANY (${isKept.statuses}::text[]::"TenantStatus"[]) AND ${tenants}) s`;
}

/** Of these tenants, in any order. */
export function statesOf(
  client: Pick<ControlClient, '$queryRaw'>,
  defaultEveryMs: number,
  ids: readonly string[],
): Promise<BackupState[]> {
  return client.$queryRaw<BackupState[]>(backupStates(defaultEveryMs, Prisma.sql`t."id" = ANY (${[...ids]}::uuid[])`));
}

/** Over all tenants with a policy: how many are overdue, and the greatest age. */
export async function worstState(
  client: Pick<ControlClient, '$queryRaw'>,
  defaultEveryMs: number,
): Promise<{ readonly overdue: number; readonly ageSeconds: number }> {
  const [row] = await client.$queryRaw<{ overdue: number; ageSeconds: number }[]>`
    SELECT count(*) FILTER (WHERE "overdue")::int AS "overdue", coalesce(max("ageSeconds"), 0)::float8 AS "ageSeconds"
      FROM (${backupStates(defaultEveryMs)}) s WHERE "everyMs" > 0`;
  return row ?? { overdue: 0, ageSeconds: 0 };
}
