import type { Prisma } from '@helpdeskly/tenant-db';
import type { TicketColumns } from './ticket-changes.js';
import { isInternal, recordEvents, type RecordedEvent } from './ticket-events.js';
import type { LockedTicket } from './ticket-changes.js';

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
