import type { ParticipantRole, Prisma } from '@helpdeskly/tenant-db';
import type { LockedTicket } from './tickets.queries.js';

/** How many comments of a ticket its customer sees: those move with a merge, internal ones stay where they were written. */
export async function commentsToMove(tx: Prisma.TransactionClient, ticketId: string): Promise<number> {
  return tx.comment.count({ where: { ticketId, visibility: 'PUBLIC' } });
}

/**
 * Moves the public comments of one locked ticket to another. Each keeps the ticket that it was first written to. Comments
 * are listed in the order of `seq`: where those of two tickets were written at the same moment, in which `seq` and time may
 * differ by an instant, all of the target get new ones, so that times never go back.
 */
export async function moveComments(tx: Prisma.TransactionClient, from: string, to: string): Promise<void> {
  await tx.$executeRaw`
    update "Comment" set "ticketId" = ${to}::uuid, "originTicketId" = coalesce("originTicketId", ${from}::uuid)
     where "ticketId" = ${from}::uuid and "visibility" = 'PUBLIC'`;
  await tx.$executeRaw`
    with placed as (
      select "id", row_number() over (order by "seq") as "bySeq", row_number() over (order by "createdAt", "seq") as "byTime"
        from "Comment" where "ticketId" = ${to}::uuid
    ), renewed as materialized (
      select p."id", nextval(pg_get_serial_sequence('"Comment"', 'seq')) as "seq"
        from (select "id" from placed where exists (select from placed where "bySeq" <> "byTime") order by "byTime") p
    )
    update "Comment" c set "seq" = r."seq" from renewed r where c."id" = r."id"`;
}

/** Whoever takes part in one locked ticket takes part in the other, too, where its conversation goes on. Answers the new ones. */
export async function shareParticipants(
  tx: Prisma.TransactionClient,
  from: Pick<LockedTicket, 'id'>,
  to: Pick<LockedTicket, 'id' | 'authorId'>,
): Promise<{ userId: string; role: ParticipantRole }[]> {
  return tx.$queryRaw`
    with joined as (
      insert into "TicketParticipant" ("ticketId", "userId", "role")
      select ${to.id}::uuid, p."userId", p."role" from "TicketParticipant" p
       where p."ticketId" = ${from.id}::uuid and p."userId" <> ${to.authorId}::uuid
      on conflict do nothing
      returning "userId", "role"
    )
    select j."userId"::text as "userId", j."role"::text as "role" from joined j order by j."userId"`;
}

/** The ticket in which a merged one's conversation goes on: the end of the chain of merges. */
export async function continuationOf(tx: Prisma.TransactionClient, ticketId: string): Promise<string> {
  const [end] = await tx.$queryRaw<{ id: string }[]>`
    with recursive chain as (
      select t."id", t."mergedIntoId" from "Ticket" t where t."id" = ${ticketId}::uuid
      union
      select t."id", t."mergedIntoId" from "Ticket" t join chain on t."id" = chain."mergedIntoId"
    )
    select "id"::text as "id" from chain where "mergedIntoId" is null`;
  return end?.id ?? ticketId;
}
