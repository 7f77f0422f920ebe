import { Prisma } from '@helpdeskly/tenant-db';
import { TicketEventType } from './ticket-events.js';

/**
 * Takes every unresolved ticket, or those of one group, from an assignee who will not work on it any more, each with its
 * event. Meant to run in the transaction that disables or demotes the user, or takes the user out of the group, after it has
 * locked the user's row, or deleted the membership.
 */
export async function releaseTickets(
  tx: Prisma.TransactionClient,
  assigneeId: string,
  actorId: string | null,
  groupId?: string,
): Promise<number> {
  const within = groupId === undefined ? Prisma.empty : Prisma.sql`and t."groupId" = ${groupId}::uuid`;
  return tx.$executeRaw`
    with held as materialized (
      select t."id" from "Ticket" t
       where t."assignedToId" = ${assigneeId}::uuid and t."status" in ('OPEN', 'PENDING', 'ON_HOLD') ${within}
       order by t."id" for no key update
    ), released as (
      update "Ticket" t
         set "assignedToId" = null, "version" = t."version" + 1,
             "updatedAt" = greatest(date_trunc('milliseconds', clock_timestamp()), t."updatedAt")
        from held where t."id" = held."id"
      returning t."id", t."updatedAt"
    )
    insert into "TicketEvent" ("ticketId", "type", "actorId", "changes", "createdAt")
    select "id", ${TicketEventType.UPDATED}, ${actorId}::uuid,
           jsonb_build_object('assignedToId', jsonb_build_object('from', ${assigneeId}::text, 'to', null)), "updatedAt"
      from released`;
}

/** Takes every ticket from a group that is about to be deleted, each with its event; the group's row is locked. */
export async function releaseGroup(tx: Prisma.TransactionClient, groupId: string, actorId: string): Promise<number> {
  return tx.$executeRaw`
    with held as materialized (
      select t."id" from "Ticket" t where t."groupId" = ${groupId}::uuid order by t."id" for no key update
    ), released as (
      update "Ticket" t
         set "groupId" = null, "version" = t."version" + 1,
             "updatedAt" = greatest(date_trunc('milliseconds', clock_timestamp()), t."updatedAt")
        from held where t."id" = held."id"
      returning t."id", t."updatedAt"
    )
    insert into "TicketEvent" ("ticketId", "type", "actorId", "changes", "createdAt")
    select "id", ${TicketEventType.UPDATED}, ${actorId}::uuid,
           jsonb_build_object('groupId', jsonb_build_object('from', ${groupId}::text, 'to', null)), "updatedAt"
      from released`;
}
