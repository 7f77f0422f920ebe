import type { CommentVisibility, Prisma } from '@helpdeskly/tenant-db';
import type { Participation } from './merge.queries.js';

interface NamedComment {
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
    with joined as (
      insert into "TicketParticipant" ("ticketId", "userId", "role")
      select ${to.id}::uuid, p."userId", p."role"
        from (select u."id" as "userId", case u."role" when 'CUSTOMER' then 'CC' else 'FOLLOWER' end::"ParticipantRole" as "role"
                from "Comment" c join "User" u on u."id" = c."authorId"
               where c."ticketId" = ${to.id}::uuid and u."status" <> 'DISABLED'
                 and (c."visibility" = 'PUBLIC' or u."role" <> 'CUSTOMER')
              union
              select f."userId", f."role" from "TicketParticipant" f
               where f."ticketId" = ${fromId}::uuid and f."role" = 'CC'
                 and exists (select from "Comment" c where c."ticketId" = ${to.id}::uuid and c."visibility" = 'PUBLIC')) p
       where p."userId" <> ${to.authorId}::uuid
      on conflict do nothing
      returning "userId", "role"
    )
    select j."userId"::text as "userId", j."role"::text as "role" from joined j order by j."userId"`;
}
