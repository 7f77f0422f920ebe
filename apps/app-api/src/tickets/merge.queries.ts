import type { CommentVisibility, ParticipantRole, Prisma } from '@helpdeskly/tenant-db';
import type { LockedTicket } from '../ticket-core/ticket-changes.js';

/** How many comments of a ticket its customer sees: those move with a merge, internal ones stay where they were written. */
export async function commentsToMove(tx: Prisma.TransactionClient, ticketId: string): Promise<number> {
  return tx.comment.count({ where: { ticketId, visibility: 'PUBLIC' } });
}

/**
 * Moves the public comments of one locked ticket to another. Each keeps the ticket that it was first written to. Comments
 * are listed in the order of `seq`: from the first one on that would stand in another place by its time, all of the target
 * get new ones, so that times never go back.
 */
export async function moveComments(tx: Prisma.TransactionClient, from: string, to: string): Promise<void> {
  await tx.$executeRaw`
    update "Comment" set "ticketId" = ${to}::uuid, "originTicketId" = coalesce("originTicketId", ${from}::uuid)
     where "ticketId" = ${from}::uuid and "visibility" = 'PUBLIC'`;
  await tx.$executeRaw`
    with placed as (
      select "id", row_number() over (order by "seq") as "bySeq",
             row_number() over (order by "createdAt", "openingOfId" is null, "seq") as "byTime"
        from "Comment" where "ticketId" = ${to}::uuid
    ), renewed as materialized (
      select p."id", nextval(pg_get_serial_sequence('"Comment"', 'seq')) as "seq"
        from (select "id" from placed
               where "byTime" >= (select min("byTime") from placed where "bySeq" <> "byTime") order by "byTime") p
    )
    update "Comment" c set "seq" = r."seq" from renewed r where c."id" = r."id"`;
}

/**
 * Makes a comment of the message that a ticket was opened with: of its author and its time, and internal when customers do not
 * see the ticket. A ticket that was itself split off was opened with no message, but with a note of ours that says so. Answers
 * the visibilities of what was made.
 */
export async function repeatOpening(
  tx: Prisma.TransactionClient,
  from: string,
  to: string,
): Promise<readonly CommentVisibility[]> {
  const made = await tx.$queryRaw<{ visibility: CommentVisibility }[]>`
    insert into "Comment" ("ticketId", "originTicketId", "openingOfId", "authorId", "body", "visibility", "redactedAt", "createdAt")
    select ${to}::uuid, t."id", t."id", t."authorId", t."description",
           case when t."internal" and t."publicCommentCount" = 0 then 'INTERNAL' else 'PUBLIC' end::"CommentVisibility",
           case when t."description" = '' then t."updatedAt" end, t."createdAt"
      from "Ticket" t left join "Ticket" w on w."id" = t."splitFromId"
     where t."id" = ${from}::uuid
       and (w."id" is null or t."description" <> 'Split from ticket ' || w."number" || '.')
    returning "visibility"::text as "visibility"`;
  return made.map(({ visibility }) => visibility);
}

/**
 * Whoever takes part in one locked ticket takes part in the other, too, where its conversation goes on; and so does its author,
 * when the other one has another. Answers the new ones.
 */
export async function shareParticipants(
  tx: Prisma.TransactionClient,
  from: Pick<LockedTicket, 'id' | 'authorId'>,
  to: Pick<LockedTicket, 'id' | 'authorId'>,
): Promise<Participation[]> {
  return tx.$queryRaw`
    with joined as (
      insert into "TicketParticipant" ("ticketId", "userId", "role")
      select ${to.id}::uuid, p."userId", p."role"
        from (select "userId", "role" from "TicketParticipant" where "ticketId" = ${from.id}::uuid
              union all
              select "id", case "role" when 'CUSTOMER' then 'CC' else 'FOLLOWER' end::"ParticipantRole"
                from "User" where "id" = ${from.authorId}::uuid) p
       where p."userId" <> ${to.authorId}::uuid
      on conflict do nothing
      returning "userId", "role"
    )
    select j."userId"::text as "userId", j."role"::text as "role" from joined j order by j."userId"`;
}

export interface Participation {
  readonly userId: string;
  readonly role: ParticipantRole;
}
