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
    UPDATE "Comment" SET "ticketId" = ${to}::uuid, "originTicketId" = coalesce("originTicketId", ${from}::uuid)
     WHERE "ticketId" = ${from}::uuid AND "visibility" = 'PUBLIC'`;
  await tx.$executeRaw`
    WITH placed AS (
      SELECT "id", row_number() OVER (ORDER BY "seq") AS "bySeq",
             row_number() OVER (ORDER BY "createdAt", "openingOfId" IS NULL, "seq") AS "byTime"
        FROM "Comment" WHERE "ticketId" = ${to}::uuid
    ), renewed AS MATERIALIZED (
      SELECT p."id", nextval(pg_get_serial_sequence('"Comment"', 'seq')) AS "seq"
        FROM (SELECT "id" FROM placed
               WHERE "byTime" >= (SELECT min("byTime") FROM placed WHERE "bySeq" <> "byTime") ORDER BY "byTime") p
    )
    UPDATE "Comment" c SET "seq" = r."seq" FROM renewed r WHERE c."id" = r."id"`;
}

/**
 * Makes a comment of the message that a ticket was opened with: of its author and its time, and internal when customers do not
 * see the ticket, with what the mail said and brought that opened it. A ticket that was itself split off was opened with no message, but with a note of ours that says so. Answers
 * the visibilities of what was made.
 */
export async function repeatOpening(
  tx: Prisma.TransactionClient,
  from: string,
  to: string,
): Promise<readonly CommentVisibility[]> {
  const made = await tx.$queryRaw<{ id: string; visibility: CommentVisibility }[]>`
    INSERT INTO "Comment" ("ticketId", "originTicketId", "openingOfId", "authorId", "body", "visibility", "redactedAt", "createdAt")
    SELECT ${to}::uuid, t."id", t."id", t."authorId", t."description",
           CASE WHEN t."internal" AND t."publicCommentCount" = 0 THEN 'INTERNAL' ELSE 'PUBLIC' END::"CommentVisibility",
           CASE WHEN t."description" = '' THEN t."updatedAt" END, t."createdAt"
      FROM "Ticket" t LEFT JOIN "Ticket" w ON w."id" = t."splitFromId"
     WHERE t."id" = ${from}::uuid
       AND (w."id" IS NULL OR t."description" <> 'Split from ticket ' || w."number" || '.')
    RETURNING "id"::text AS "id", "visibility"::text AS "visibility"`;
  for (const { id } of made) {
    await tx.$executeRaw`UPDATE "Attachment" SET "commentId" = ${id}::uuid WHERE "openingOfId" = ${from}::uuid`;
    await tx.$executeRaw`UPDATE "MailMessage" SET "commentId" = ${id}::uuid WHERE "ticketId" = ${from}::uuid AND "commentId" IS NULL`;
  }
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
    WITH joined AS (
      INSERT INTO "TicketParticipant" ("ticketId", "userId", "role")
      SELECT ${to.id}::uuid, p."userId", p."role"
        FROM (SELECT "userId", "role" FROM "TicketParticipant" WHERE "ticketId" = ${from.id}::uuid
              UNION ALL
              SELECT "id", CASE "role" WHEN 'CUSTOMER' THEN 'CC' ELSE 'FOLLOWER' END::"ParticipantRole"
                FROM "User" WHERE "id" = ${from.authorId}::uuid) p
       WHERE p."userId" <> ${to.authorId}::uuid
      ON CONFLICT DO NOTHING
      RETURNING "userId", "role"
    )
    SELECT j."userId"::text AS "userId", j."role"::text AS "role" FROM joined j ORDER BY j."userId"`;
}

export interface Participation {
  readonly userId: string;
  readonly role: ParticipantRole;
}
