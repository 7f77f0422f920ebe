import type { Prisma, UserRole, UserStatus } from '@helpdeskly/tenant-db';

/** Somebody who has an account here. */
export interface Account {
  readonly id: string;
  readonly role: UserRole;
  readonly status: UserStatus;
}

/** By their addresses in lower case, former ones too. */
export async function accountsWith(
  tx: Prisma.TransactionClient,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Account>> {
  const rows = await tx.$queryRaw<(Account & { key: string })[]>`
    SELECT u."emailKey" AS "key", u."id"::text AS "id", u."role"::text AS "role", u."status"::text AS "status"
      FROM "User" u WHERE u."emailKey" = ANY (${[...keys]}::text[])
     UNION
    SELECT a."addressKey", u."id"::text, u."role"::text, u."status"::text
      FROM "UserAddress" a JOIN "User" u ON u."id" = a."userId" WHERE a."addressKey" = ANY (${[...keys]}::text[])`;
  return new Map(rows.map(({ key, ...account }) => [key, account]));
}
