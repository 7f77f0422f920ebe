import { NotFound } from '@helpdeskly/errors';
import { isUuid } from '@helpdeskly/http';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';

export const counted = { _count: { select: { members: true } } } as const;
export type CountedGroup = Prisma.GroupGetPayload<{ include: typeof counted }>;

/** Throws NotFound. */
export async function findGroup(db: TenantPrisma, id: string): Promise<CountedGroup> {
  const group = isUuid(id) ? await db.group.findUnique({ where: { id }, include: counted }) : null;
  if (group === null) throw new NotFound('group');
  return group;
}

/** The same, whose row the transaction has locked. */
export async function lockGroup(tx: Prisma.TransactionClient, id: string): Promise<CountedGroup> {
  if (isUuid(id)) await tx.$queryRaw`SELECT FROM "Group" WHERE "id" = ${id}::uuid FOR UPDATE`;
  return findGroup(tx, id);
}
