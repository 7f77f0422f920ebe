import { Prisma } from '@helpdeskly/tenant-db';

/** A user in whose name something is written after the request that asked for it. */
export interface Writer {
  readonly role: string;
  readonly name: string;
  readonly kind: 'USER' | 'API_KEY';
  /** Whether the user, or the API key that acts as it, may still write tickets. */
  readonly able: boolean;
}

/** Of a user `u`. Service users are always disabled: their keys say what they may do. */
const able = Prisma.sql`(u."status" = 'ACTIVE' OR EXISTS (
  SELECT FROM "ApiKey" k WHERE k."userId" = u."id" AND k."revokedAt" IS NULL
     AND (k."expiresAt" IS NULL OR k."expiresAt" > now()) AND 'tickets:write' = ANY (k."scopes")))`;

/** A user as they are now, under `lock` if one is given; undefined when there is none. */
export async function findWriter(
  tx: Prisma.TransactionClient,
  id: string,
  lock = Prisma.empty,
): Promise<Writer | undefined> {
  const [writer] = await tx.$queryRaw<Writer[]>`
    SELECT u."role"::text AS "role", u."name", CASE WHEN u."service" THEN 'API_KEY' ELSE 'USER' END AS "kind", ${able} AS "able"
      FROM "User" u WHERE u."id" = ${id}::uuid ${lock}`;
  return writer;
}
