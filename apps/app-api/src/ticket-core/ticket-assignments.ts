import { Prisma } from '@helpdeskly/tenant-db';
import { TicketEventType } from './ticket-events.js';
import { movedFor } from './write-clock.js';

/** The tickets that `releaseTickets` takes from an assignee. */
export function releasableFrom(assigneeId: string, groupId?: string): Prisma.Sql {
  const within = groupId === undefined ? Prisma.empty : Prisma.sql`and t."groupId" = ${groupId}::uuid`;
  return Prisma.sql`
    t."assignedToId" = ${assigneeId}::uuid and t."status" in ('OPEN', 'PENDING', 'ON_HOLD') ${within}`;
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
  assigneeId: string,
  actorId: string | null,
  groupId?: string,
): Promise<number> {
  return tx.$executeRaw`
    with held as materialized (
      select t."id" from "Ticket" t where ${releasableFrom(assigneeId, groupId)} order by t."id" for no key update
    ), released as (
      update "Ticket" t
         set "assignedToId" = null, ${movedFor(Prisma.sql`true`)}
        from held where t."id" = held."id"
      returning t."id", t."updatedAt"
    )
    insert into "TicketEvent" ("ticketId", "type", "actorId", "changes", "createdAt")
    select "id", ${TicketEventType.UPDATED}, ${actorId}::uuid,
           jsonb_build_object('assignedToId', jsonb_build_object('from', ${assigneeId}::text, 'to', null)), "updatedAt"
      from released`;
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
  kind: 'group' | 'organization',
  { id, name }: Holder,
  actorId: string,
): Promise<number> {
  const column = Prisma.raw(`"${kind}Id"`);
  const changes = JSON.stringify({ [`${kind}Id`]: { from: id, to: null } });
  await tx.deletedName.create({ data: { id, name }, select: { id: true } });
  return tx.$executeRaw`
    with held as materialized (
      select t."id" from "Ticket" t where ${heldBy(kind, id)} order by t."id" for no key update
    ), released as (
      update "Ticket" t
         set ${column} = null, ${movedFor(Prisma.sql`true`)}
        from held where t."id" = held."id"
      returning t."id", t."updatedAt"
    )
    insert into "TicketEvent" ("ticketId", "type", "actorId", "changes", "names", "createdAt")
    select "id", ${TicketEventType.UPDATED}, ${actorId}::uuid,
           ${changes}::jsonb, jsonb_build_object(${id}::text, ${name}::text), "updatedAt"
      from released`;
}
