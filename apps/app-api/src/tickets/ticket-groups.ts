import { InvalidReference } from '@helpdeskly/errors';
import type { Prisma } from '@helpdeskly/tenant-db';
import type { PlannedWrite, TicketFields } from './ticket-changes.js';

type Held = Pick<TicketFields, 'assignedToId' | 'groupId'>;

/**
 * A planned write whose assignee, if the ticket will have a group, is one of its members: whoever was named for it must be,
 * whoever only had it before loses it, and whoever would get it for resolving it does not. Throws InvalidReference.
 */
export async function fitToGroup(
  tx: Prisma.TransactionClient,
  before: Held,
  edit: Partial<Held>,
  plan: PlannedWrite,
): Promise<PlannedWrite> {
  const { columns, changes } = plan;
  const after = { ...before, ...held(columns) };
  if (after.assignedToId === before.assignedToId && after.groupId === before.groupId) return plan;
  if (typeof columns.groupId === 'string') await assertGroup(tx, columns.groupId);
  if (after.groupId === null || after.assignedToId === null) return plan;
  if (await isMember(tx, after.groupId, after.assignedToId)) return plan;
  if (typeof edit.assignedToId === 'string')
    throw new InvalidReference('assignedToId', 'The assignee is no member of the group.');
  const { assignedToId: _, ...others } = changes;
  if (before.assignedToId === null) return { columns: { ...columns, assignedToId: null }, changes: others };
  return {
    columns: { ...columns, assignedToId: null },
    changes: { ...others, assignedToId: { from: before.assignedToId, to: null } },
  };
}

function held({ assignedToId, groupId }: Partial<Held>): Partial<Held> {
  return {
    ...(assignedToId === undefined ? {} : { assignedToId }),
    ...(groupId === undefined ? {} : { groupId }),
  };
}

/** Kept from being deleted until the transaction ends. */
async function assertGroup(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const found = await tx.$queryRaw<unknown[]>`select from "Group" where "id" = ${id}::uuid for key share`;
  if (found.length === 0) throw new InvalidReference('groupId', 'There is no such group.');
}

/** Whoever is taken out of the group meanwhile waits, and then finds the ticket. */
async function isMember(tx: Prisma.TransactionClient, groupId: string, userId: string): Promise<boolean> {
  const found = await tx.$queryRaw<unknown[]>`
    select from "GroupMember" where "groupId" = ${groupId}::uuid and "userId" = ${userId}::uuid for key share`;
  return found.length > 0;
}
