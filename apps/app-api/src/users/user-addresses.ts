import { isUniqueViolation, likeLiteral } from '@helpdeskly/database';
import { ValidationFailed } from '@helpdeskly/errors';
import type { Actor } from '@helpdeskly/http';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import type { Prisma, User } from '@helpdeskly/tenant-db';
import { isStaff } from '../ticket-core/viewer.js';
import { EmailTaken } from './errors.js';

/** More people than anybody looks through. */
const most = 1000;

/** The ids of those who had an address that holds `text`, regardless of case, and have another one now. */
export async function formerHolders(db: TenantPrisma, text: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT a."userId"::text AS "id" FROM "UserAddress" a JOIN "User" u ON u."id" = a."userId"
     WHERE a."address" ILIKE ${`%${likeLiteral(text)}%`} AND a."addressKey" <> u."emailKey" LIMIT ${most}::int`;
  return rows.map(({ id }) => id);
}

/**
 * Those of a user's former addresses that `named` leaves; the one that the user has until now may be among them when `email` takes its
 * place. Undefined when all of them stay. Throws ValidationFailed, for its place in the list, for one that is not the user's.
 */
export function addressesLeft(
  { email: before, addresses }: Pick<User, 'email' | 'addresses'>,
  named: readonly string[],
  email: string,
): string[] | undefined {
  const keys = named.map((each) => each.toLowerCase());
  const own = [...addresses, before].filter((each) => each.toLowerCase() !== email.toLowerCase());
  const ownKeys = new Set([...own, email].map((each) => each.toLowerCase()));
  const strange = keys.flatMap((key, place) => (ownKeys.has(key) ? [] : [place]));
  if (strange.length > 0)
    throw new ValidationFailed(
      strange.map((place) => ({
        field: `addresses.${place}`,
        code: 'not_theirs',
        message: 'This is not a former address of the user. You can only remove addresses from the list.',
      })),
    );
  const left = own.filter((each) => keys.includes(each.toLowerCase()));
  return left.length === own.length ? undefined : left;
}

/** Leaves a locked user these former addresses: whoever really has one of the others can be given it. */
export async function leaveAddresses(
  tx: Prisma.TransactionClient,
  { id, emailKey }: Pick<User, 'id' | 'emailKey'>,
  addresses: string[],
): Promise<User> {
  const kept = [emailKey, ...addresses.map((each) => each.toLowerCase())];
  await tx.userAddress.deleteMany({ where: { userId: id, addressKey: { notIn: kept } } });
  return tx.user.update({ where: { id }, data: { addresses } });
}

/** Runs a write that gives somebody an address: `ownId` is the user's who may have had it. Throws EmailTaken, which tells the staff more. */
export async function orEmailTaken<T>(
  tx: Prisma.TransactionClient,
  actor: Actor,
  addressKey: string,
  ownId: string | undefined,
  write: () => PromiseLike<T>,
): Promise<T> {
  const user = { select: { id: true, name: true, emailKey: true } } as const;
  const holder = (await tx.userAddress.findUnique({ where: { addressKey }, select: { user } }))?.user;
  if (holder !== undefined && holder.id !== ownId)
    throw new EmailTaken(isStaff(actor) && holder.emailKey !== addressKey ? holder : undefined);
  try {
    return await write();
  } catch (error) {
    if (isUniqueViolation(error, 'User_emailKey_key')) throw new EmailTaken();
    throw error;
  }
}
