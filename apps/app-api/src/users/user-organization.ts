import { InvalidReference } from '@helpdeskly/errors';
import type { Prisma, User } from '@helpdeskly/tenant-db';

/** Kept from being deleted until the transaction ends. Throws InvalidReference, also for anybody but a customer. */
export async function assertOrganization(
  tx: Prisma.TransactionClient,
  { organizationId: id, role }: Pick<User, 'organizationId' | 'role'>,
): Promise<void> {
  if (id === null) return;
  if (role !== 'CUSTOMER')
    throw new InvalidReference('organizationId', 'Only customers can belong to an organization.');
  const found = await tx.$queryRaw<unknown[]>`SELECT FROM "Organization" WHERE "id" = ${id}::uuid FOR KEY SHARE`;
  if (found.length === 0) throw new InvalidReference('organizationId', 'There is no such organization.');
}
