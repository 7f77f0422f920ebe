import { Prisma } from '@helpdeskly/tenant-db';
import { TicketEventType } from '../tickets/ticket-events.js';
import { movedFor } from '../tickets/tickets.queries.js';

/** The tickets in which an account has a part: what is passed on stands in them. */
export function ticketsOf(id: string): Prisma.Sql {
  return Prisma.sql`t."id" = any (array(
      select a."id" from "Ticket" a where a."authorId" = ${id}::uuid or a."submittedById" = ${id}::uuid or a."assignedToId" = ${id}::uuid
      union select p."ticketId" from "TicketParticipant" p where p."userId" = ${id}::uuid
      union select c."ticketId" from "Comment" c where c."authorId" = ${id}::uuid))`;
}

/**
 * Locks two users, admins first and then in the order of their ids, against everything that refers to them, too: whoever writes in
 * their name waits, and then finds out whom the account was joined with.
 */
export async function lockPair(tx: Prisma.TransactionClient, ids: readonly [string, string]): Promise<void> {
  await tx.$queryRaw`select from "User" where "id" = any (${[...ids]}::uuid[]) order by "role", "id" for update`;
}

/**
 * Gives an account's tickets, as author, typist and assignee, to another; they are locked. Each that had it for author moves its version
 * and says so.
 */
export async function passTickets(
  tx: Prisma.TransactionClient,
  from: string,
  to: string,
  actorId: string,
): Promise<void> {
  await tx.$executeRaw`
    with passed as (
      update "Ticket" t
         set "authorId" = ${to}::uuid, ${movedFor(Prisma.sql`true`)}
       where t."authorId" = ${from}::uuid
      returning t."id", t."updatedAt"
    )
    insert into "TicketEvent" ("ticketId", "type", "actorId", "changes", "createdAt")
    select "id", ${TicketEventType.UPDATED}, ${actorId}::uuid,
           jsonb_build_object('authorId', jsonb_build_object('from', ${from}::text, 'to', ${to}::text)), "updatedAt"
      from passed`;
  await tx.$executeRaw`
    update "Ticket" t
       set "submittedById" = case t."submittedById" when ${from}::uuid then ${to}::uuid else t."submittedById" end,
           "assignedToId" = case t."assignedToId" when ${from}::uuid then ${to}::uuid else t."assignedToId" end
     where t."submittedById" = ${from}::uuid or t."assignedToId" = ${from}::uuid`;
}

/** Gives an account's participations to another that does not take part yet, each with its events; in its own tickets it need not. */
export async function passParticipations(
  tx: Prisma.TransactionClient,
  from: string,
  to: string,
  actorId: string,
): Promise<void> {
  await tx.$executeRaw`
    with held as materialized (
      select t."id", p."role", p."createdAt",
             t."authorId" <> ${to}::uuid
               and not exists (select from "TicketParticipant" o where o."ticketId" = t."id" and o."userId" = ${to}::uuid) as "passes"
        from "TicketParticipant" p join "Ticket" t on t."id" = p."ticketId"
       where p."userId" = ${from}::uuid
    ), left_out as (
      delete from "TicketParticipant" where "userId" = ${from}::uuid
    ), joined as (
      insert into "TicketParticipant" ("ticketId", "userId", "role", "createdAt")
      select "id", ${to}::uuid, "role", "createdAt" from held where "passes"
    ), changed as (
      update "Ticket" t set ${movedFor(Prisma.sql`(held."role" = 'CC')`)} from held where t."id" = held."id"
      returning t."id", t."updatedAt"
    )
    insert into "TicketEvent" ("ticketId", "type", "actorId", "internal", "changes", "createdAt")
    select h."id", ${TicketEventType.UPDATED}, ${actorId}::uuid, h."role" <> 'CC',
           jsonb_build_object(case h."role" when 'CC' then 'ccId' else 'followerId' end,
             jsonb_build_object('from', ${from}::text, 'to', case when h."passes" then ${to}::text end)),
           c."updatedAt"
      from held h join changed c on c."id" = h."id"`;
}

/** Gives what an account wrote, uploaded and did to another, and the views and macros that it made when it was an agent's. */
export async function passWorks(tx: Prisma.TransactionClient, from: string, to: string): Promise<void> {
  await tx.comment.updateMany({ where: { authorId: from }, data: { authorId: to } });
  await tx.attachment.updateMany({ where: { uploaderId: from }, data: { uploaderId: to } });
  await tx.view.updateMany({ where: { ownerId: from }, data: { ownerId: to } });
  await tx.macro.updateMany({ where: { ownerId: from }, data: { ownerId: to } });
  await tx.bulkRun.updateMany({ where: { actorId: from }, data: { actorId: to } });
  await tx.groupMember.deleteMany({ where: { userId: from } });
  await tx.$executeRaw`select "events_of_joined"(${from}::uuid)::text`;
}
