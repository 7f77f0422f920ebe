import type { Prisma } from '@helpdeskly/tenant-db';
import type { LockedTicket } from './tickets.queries.js';

/**
 * When support first replied to a locked ticket that is to have another author, or null: the new one's own replies are no
 * response any more, the former one's are now. Roles are those of today; what counted before counts whatever became of its writer.
 */
export async function firstResponseUnder(
  tx: Prisma.TransactionClient,
  { id, authorId: former, firstRespondedAt }: LockedTicket,
  authorId: string,
): Promise<Date | null> {
  const [row] = await tx.$queryRaw<{ at: Date | null }[]>`
    select min(c."createdAt") as "at"
      from "Comment" c join "User" u on u."id" = c."authorId"
     where c."ticketId" = ${id}::uuid and c."visibility" = 'PUBLIC' and c."authorId" <> ${authorId}::uuid
       and (u."role" <> 'CUSTOMER' or c."createdAt" = ${firstRespondedAt}::timestamptz)
       and (c."authorId" = ${former}::uuid or c."createdAt" >= ${firstRespondedAt}::timestamptz)`;
  return row?.at ?? null;
}
