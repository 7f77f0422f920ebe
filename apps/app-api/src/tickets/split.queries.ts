import type { CommentVisibility, Prisma } from '@helpdeskly/tenant-db';
import type { Participation } from './merge.queries.js';

export interface NamedComment {
  readonly id: string;
  readonly visibility: CommentVisibility;
}

/** Those of these comments that a ticket has. */
export function commentsNamed(
  tx: Prisma.TransactionClient,
  ticketId: string,
  ids: readonly string[],
): Promise<NamedComment[]> {
  return tx.comment.findMany({ where: { ticketId, id: { in: [...ids] } }, select: { id: true, visibility: true } });
}

/** A comment that came from a third ticket before keeps where it was written first. */
export async function moveTo(
  tx: Prisma.TransactionClient,
  ticketId: string,
  originTicketId: string,
  comments: readonly NamedComment[],
): Promise<void> {
  const ids = comments.map(({ id }) => id);
  await tx.comment.updateMany({ where: { id: { in: ids }, originTicketId: null }, data: { originTicketId } });
  await tx.comment.updateMany({ where: { id: { in: ids } }, data: { ticketId } });
}

/**
 * Whoever wrote what moved to a new ticket takes part in it, and so does who was let into the former one, where they could
 * read it; customers when some of it is public. Answers them.
 */
export function inviteWriters(
  tx: Prisma.TransactionClient,
  to: { readonly id: string; readonly authorId: string },
  fromId: string,
): Promise<Participation[]> {
  return tx.$queryRaw`
    WITH joined AS (
      INSERT INTO "TicketParticipant" ("ticketId", "userId", "role")
      SELECT ${to.id}::uuid, p."userId", p."role"
        FROM (SELECT u."id" AS "userId", CASE u."role" WHEN 'CUSTOMER' THEN 'CC' ELSE 'FOLLOWER' END::"ParticipantRole" AS "role"
                FROM "Comment" c JOIN "User" u ON u."id" = c."authorId"
               WHERE c."ticketId" = ${to.id}::uuid AND u."status" <> 'DISABLED'
                 AND (c."visibility" = 'PUBLIC' OR u."role" <> 'CUSTOMER')
              UNION
              SELECT f."userId", f."role" FROM "TicketParticipant" f
               WHERE f."ticketId" = ${fromId}::uuid AND f."role" = 'CC'
                 AND EXISTS (SELECT FROM "Comment" c WHERE c."ticketId" = ${to.id}::uuid AND c."visibility" = 'PUBLIC')) p
       WHERE p."userId" <> ${to.authorId}::uuid
      ON CONFLICT DO NOTHING
      RETURNING "userId", "role"
    )
    SELECT j."userId"::text AS "userId", j."role"::text AS "role" FROM joined j ORDER BY j."userId"`;
}
