import { likeLiteral } from '@helpdeskly/database';
import type { TenantPrisma } from '@helpdeskly/tenancy';

/** More people than anybody looks through. */
const most = 1000;

/** The ids of those who had an address that holds `text`, regardless of case, and have another one now. */
export async function formerHolders(db: TenantPrisma, text: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    select distinct a."userId"::text as "id" from "UserAddress" a join "User" u on u."id" = a."userId"
     where a."address" ilike ${`%${likeLiteral(text)}%`} and a."addressKey" <> u."emailKey" limit ${most}::int`;
  return rows.map(({ id }) => id);
}
