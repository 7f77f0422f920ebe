import { Prisma } from '@helpdeskly/tenant-db';
import type { TicketColumns } from './ticket-changes.js';
import { isInternal, recordEvents, type RecordedEvent } from './ticket-events.js';
import type { LockedTicket } from './ticket-lock.js';

/**
 * Sets `columns` of a locked ticket, moves its version and time, and records what was done. The version and time that customers
 * have move when they see one of the events.
 */
export async function writeTicket(
  tx: Prisma.TransactionClient,
  ticket: LockedTicket,
  columns: Partial<TicketColumns>,
  ...events: readonly RecordedEvent[]
): Promise<void> {
  const { tags, ...scalars } = columns;
  await tx.ticket.update({
    where: { id: ticket.id },
    data: {
      ...scalars,
      ...(tags !== undefined && { tags: [...tags] }),
      version: { increment: 1 },
      updatedAt: ticket.at,
      ...(!events.every(isInternal) && { publicVersion: { increment: 1 }, publicUpdatedAt: ticket.at }),
    },
    select: { id: true },
  });
  await recordEvents(tx, ticket, events);
}

/** What an UPDATE of "Ticket" under the alias `t` sets beside its columns. `seen` is SQL that tells whether customers see what it does. */
export function movedFor(seen: Prisma.Sql): Prisma.Sql {
  const now = Prisma.sql`greatest(date_trunc('milliseconds', clock_timestamp()), t."updatedAt")`;
  return Prisma.sql`
    "version" = t."version" + 1, "updatedAt" = ${now}, "publicVersion" = t."publicVersion" + ${seen}::int,
    "publicUpdatedAt" = case when ${seen} then ${now} else t."publicUpdatedAt" end`;
}
