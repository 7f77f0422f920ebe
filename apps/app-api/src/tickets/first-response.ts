import type { Prisma } from '@helpdeskly/tenant-db';
import type { TicketColumns } from './ticket-changes.js';
import type { LockedTicket } from './tickets.queries.js';

type Response = Pick<TicketColumns, 'firstRespondedAt'>;

/**
 * When support first replied to a locked ticket that `columns` give another author; nothing when they do not. The new one's own
 * replies are no response any more, the former one's are now. Roles are those of today; what counted before counts whatever
 * became of its writer.
 */
export async function firstResponseAfter(
  tx: Prisma.TransactionClient,
  { id, authorId: former, ...before }: LockedTicket,
  { authorId, firstRespondedAt = before.firstRespondedAt }: Partial<TicketColumns>,
): Promise<Partial<Response>> {
  if (authorId === undefined) return {};
  const [row] = await tx.$queryRaw<Response[]>`
    select min(c."createdAt") as "firstRespondedAt"
      from "Comment" c join "User" u on u."id" = c."authorId"
     where c."ticketId" = ${id}::uuid and c."visibility" = 'PUBLIC' and c."authorId" <> ${authorId}::uuid
       and (u."role" <> 'CUSTOMER' or c."createdAt" = ${firstRespondedAt}::timestamptz)
       and (c."authorId" = ${former}::uuid or c."createdAt" >= ${firstRespondedAt}::timestamptz)`;
  return row ?? {};
}
