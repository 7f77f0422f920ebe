import type { Prisma } from '@helpdeskly/tenant-db';
import type { LockedTicket, TicketColumns } from './ticket-changes.js';

/**
 * When support first replied in a locked ticket, of the comments that it has now, or null: in public, not before the ticket
 * was opened, and not its author. Roles are those of today; a reply at one of the `known` times counted before, and counts
 * whatever became of its writer.
 */
export async function firstResponseOf(
  tx: Prisma.TransactionClient,
  { id, authorId }: { readonly id: string; readonly authorId: string },
  known: readonly (Date | null)[],
): Promise<Date | null> {
  const times = known.filter((time) => time !== null);
  const [row] = await tx.$queryRaw<{ at: Date | null }[]>`
    SELECT min(c."createdAt") AS "at"
      FROM "Comment" c JOIN "Ticket" t ON t."id" = c."ticketId" JOIN "User" u ON u."id" = c."authorId"
     WHERE c."ticketId" = ${id}::uuid AND c."visibility" = 'PUBLIC' AND c."openingOfId" IS NULL
       AND c."authorId" <> ${authorId}::uuid AND c."createdAt" >= t."createdAt"
       AND (u."role" <> 'CUSTOMER' OR c."createdAt" = ANY (${times}::timestamptz[]))`;
  return row?.at ?? null;
}

/**
 * The same of a locked ticket that `columns` give another author; nothing when they do not. The new one's own replies are no
 * response any more, the former one's are now.
 */
export async function firstResponseAfter(
  tx: Prisma.TransactionClient,
  { id, firstRespondedAt: before }: LockedTicket,
  { authorId, firstRespondedAt = null }: Partial<TicketColumns>,
): Promise<Partial<Pick<TicketColumns, 'firstRespondedAt'>>> {
  if (authorId === undefined) return {};
  return { firstRespondedAt: await firstResponseOf(tx, { id, authorId }, [before, firstRespondedAt]) };
}
