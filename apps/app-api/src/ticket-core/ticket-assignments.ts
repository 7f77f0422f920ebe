import { Prisma } from '@helpdeskly/tenant-db';
import { TicketEventType } from './ticket-events.js';
import { fromTo, type TicketWrites } from './ticket-writes.js';

/** The tickets that `releaseTickets` takes from an assignee. */
export function releasableFrom(assigneeId: string, groupId?: string): Prisma.Sql {
  const within = groupId === undefined ? Prisma.empty : Prisma.sql`AND t."groupId" = ${groupId}::uuid`;
  return Prisma.sql`
    t."assignedToId" = ${assigneeId}::uuid AND t."status" IN ('OPEN', 'PENDING', 'ON_HOLD') ${within}`;
}

/** The tickets that `releaseHeld` takes from a group or an organization. */
export function heldBy(kind: 'group' | 'organization', id: string): Prisma.Sql {
  return Prisma.sql`t.${Prisma.raw(`"${kind}Id"`)} = ${id}::uuid`;
}

/**
 * Takes every unresolved ticket, or those of one group, from an assignee who will not work on it any more, each with its
 * event. Meant to run in the transaction that disables or demotes the user, or takes the user out of the group, after it has
 * locked those tickets, and the user's row, or deleted the membership (see lockTicketsFirst).
 */
export async function releaseTickets(
  tx: Prisma.TransactionClient,
  writes: TicketWrites,
  assigneeId: string,
  actorId: string | null,
  groupId?: string,
): Promise<void> {
  await writes.writeTickets(tx, {
    held: inOrder(releasableFrom(assigneeId, groupId)),
    columns: Prisma.sql`"assignedToId" = NULL`,
    type: TicketEventType.UPDATED,
    actorId,
    changes: fromTo('assignedToId', assigneeId, null),
  });
}

/** What tickets belong to, and what it is called. */
interface Holder {
  readonly id: string;
  readonly name: string;
}

/**
 * Takes every ticket from a group or an organization that is about to be deleted, each with its event. Its name is
 * kept, in the events and for whatever else still names it; the tickets are locked, and then the holder's row.
 */
export async function releaseHeld(
  tx: Prisma.TransactionClient,
  writes: TicketWrites,
  kind: 'group' | 'organization',
  { id, name }: Holder,
  actorId: string,
): Promise<void> {
  await tx.deletedName.create({ data: { id, name }, select: { id: true } });
  await writes.writeTickets(tx, {
    held: inOrder(heldBy(kind, id)),
    columns: Prisma.sql`${Prisma.raw(`"${kind}Id"`)} = NULL`,
    type: TicketEventType.UPDATED,
    actorId,
    changes: fromTo(`${kind}Id`, id, null),
    names: Prisma.sql`jsonb_build_object(${id}::text, ${name}::text)`,
  });
}

/**
 * Names `to` instead of `from` as the person who typed locked tickets, and as their assignee, when one person's two accounts become
 * one. It writes no event and leaves versions alone: the person is the same.
 */
export async function replacePerson(tx: Prisma.TransactionClient, from: string, to: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Ticket" t
       SET "submittedById" = CASE t."submittedById" WHEN ${from}::uuid THEN ${to}::uuid ELSE t."submittedById" END,
           "assignedToId" = CASE t."assignedToId" WHEN ${from}::uuid THEN ${to}::uuid ELSE t."assignedToId" END
     WHERE t."submittedById" = ${from}::uuid OR t."assignedToId" = ${from}::uuid`;
}

/** The tickets under a condition, locked in the order of their ids. */
function inOrder(condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`SELECT t."id" FROM "Ticket" t WHERE ${condition} ORDER BY t."id" FOR NO KEY UPDATE`;
}
