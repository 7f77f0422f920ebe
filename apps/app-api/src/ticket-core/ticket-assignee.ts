import { InvalidReference } from '@helpdeskly/errors';
import type { Prisma } from '@helpdeskly/tenant-db';
import { deletedName } from '../missing/missing.queries.js';
import type { PlannedWrite, TicketFields } from './ticket-changes.js';
import { isAbleToWork, notAble } from './ticket-references.js';
import { isDone } from './ticket-status.js';

type Held = Pick<TicketFields, 'assignedToId' | 'groupId' | 'status'>;

/**
 * A planned write whose assignee, if the ticket will have a group, is one of its members: whoever was named for it must be,
 * whoever only had it before loses it, and whoever would get it for resolving it does not. When a resolved ticket is opened
 * again the same holds for an assignee who cannot work any more. Throws InvalidReference.
 */
export async function fitAssignee(
  tx: Prisma.TransactionClient,
  before: Held,
  edit: Partial<Held>,
  plan: PlannedWrite,
): Promise<PlannedWrite> {
  const { columns } = plan;
  const { assignedToId = before.assignedToId, groupId = before.groupId, status = before.status } = columns;
  const reopens = isDone(before.status) && !isDone(status);
  const stays = assignedToId === before.assignedToId;
  if (stays && groupId === before.groupId && !reopens) return plan;
  if (typeof columns.groupId === 'string') await assertGroup(tx, columns.groupId);
  if (assignedToId === null) return plan;
  // Who gets the ticket was asked before; who had it while it was resolved keeps it until then, whatever became of them.
  if (reopens && stays && !(await isAbleToWork(tx, assignedToId))) return withoutAssignee(before, edit, plan, notAble);
  if (groupId === null || (await isMember(tx, groupId, assignedToId))) return plan;
  return withoutAssignee(before, edit, plan, 'The assignee is no member of the group.');
}

function withoutAssignee(
  before: Held,
  edit: Partial<Held>,
  { columns, changes }: PlannedWrite,
  why: string,
): PlannedWrite {
  if (typeof edit.assignedToId === 'string') throw new InvalidReference('assignedToId', why);
  const { assignedToId: _, ...others } = changes;
  return {
    columns: { ...columns, assignedToId: null },
    changes:
      before.assignedToId === null ? others : { ...others, assignedToId: { from: before.assignedToId, to: null } },
  };
}

/** The group is kept from being deleted until the transaction ends. Throws InvalidReference for `groupId`. */
export async function assertGroup(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const found = await tx.$queryRaw<unknown[]>`SELECT FROM "Group" WHERE "id" = ${id}::uuid FOR KEY SHARE`;
  if (found.length > 0) return;
  const name = await deletedName(tx, id);
  const what = name === undefined ? 'There is no such group.' : `The group “${name}” was deleted.`;
  throw new InvalidReference('groupId', what);
}

/** Whoever is taken out of the group meanwhile waits, and then finds the ticket. */
async function isMember(tx: Prisma.TransactionClient, groupId: string, userId: string): Promise<boolean> {
  const found = await tx.$queryRaw<unknown[]>`
    SELECT FROM "GroupMember" WHERE "groupId" = ${groupId}::uuid AND "userId" = ${userId}::uuid FOR KEY SHARE`;
  return found.length > 0;
}
