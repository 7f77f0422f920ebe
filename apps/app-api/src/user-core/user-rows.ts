import { NotFound } from '@helpdeskly/errors';
import { Prisma, type User, type UserRole, type UserStatus } from '@helpdeskly/tenant-db';

/**
 * How a user's row is locked. `OUTWARDS` lets others refer to the user all the while; `WHOLE` waits for whoever does, and is what a
 * change of the email takes in the end: taken at once it is not waited for with the first in hand.
 */
const strengths = { OUTWARDS: Prisma.sql`FOR NO KEY UPDATE`, WHOLE: Prisma.sql`FOR UPDATE` } as const;

/**
 * The user, whose row the transaction has locked: whoever changes a user, opens a session for one or invites one waits
 * here for the others. Throws NotFound, also for a service user.
 */
export async function lockUser(
  tx: Prisma.TransactionClient,
  id: string,
  strength: keyof typeof strengths = 'OUTWARDS',
): Promise<User> {
  await tx.$queryRaw`SELECT FROM "User" WHERE "id" = ${id}::uuid ${strengths[strength]}`;
  const user = await tx.user.findUnique({ where: { id } });
  if (user === null || user.service) throw new NotFound('user');
  return user;
}

/** Changes of what users may do wait for each other here, so that two admins cannot disable one another at once. */
export async function lockAdmins(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$queryRaw`SELECT FROM "User" WHERE "role" = 'ADMIN' ORDER BY "id" FOR NO KEY UPDATE`;
}

/** Whether there is an active admin beside this user. */
export async function hasOtherAdmin(tx: Prisma.TransactionClient, id: string): Promise<boolean> {
  const other = await tx.user.findFirst({
    where: { role: 'ADMIN', status: 'ACTIVE', id: { not: id } },
    select: { id: true },
  });
  return other !== null;
}

/** What a reference to a user is judged by. */
export interface ReferencedUser {
  readonly id: string;
  readonly role: UserRole;
  readonly status: UserStatus;
}

/**
 * Users under a lock that keeps their role and status until the transaction ends: who is disabled meanwhile waits, and then finds the
 * ticket. Admins come first, as in lockAdmins.
 */
export function lockUsers(tx: Prisma.TransactionClient, ids: readonly string[]): Promise<ReferencedUser[]> {
  return tx.$queryRaw<ReferencedUser[]>`
    SELECT u."id"::text AS "id", u."role"::text AS "role", u."status"::text AS "status"
      FROM "User" u WHERE u."id" = ANY(${[...ids]}::uuid[]) ORDER BY u."role", u."id" FOR SHARE`;
}
