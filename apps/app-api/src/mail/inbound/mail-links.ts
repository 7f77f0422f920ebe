import type { Prisma } from '@helpdeskly/tenant-db';
import { TicketEventType } from '../../ticket-core/ticket-events.js';
import { lockTickets } from '../../ticket-core/ticket-lock.js';
import { mostLinks } from '../../ticket-core/ticket-limits.js';
import type { TicketWrites } from '../../ticket-core/ticket-writes.js';
import type { Viewer } from '../../ticket-core/viewer.js';

const finder: Viewer = { id: '', role: 'ADMIN' };

/** Links a new ticket with the older one that its mail is about, for the staff. */
export async function linkTickets(
  tx: Prisma.TransactionClient,
  writes: TicketWrites,
  olderId: string,
  newId: string,
): Promise<void> {
  const [older, made] = await lockTickets(tx, [olderId, newId], finder);
  const links = await tx.ticketLink.count({ where: { OR: [{ fromId: olderId }, { toId: olderId }] } });
  if (links >= mostLinks) return;
  await tx.ticketLink.create({ data: { fromId: olderId, toId: newId, type: 'RELATED' } });
  for (const [ticket, other] of [
    [older, made],
    [made, older],
  ] as const) {
    const changes = { link: { from: null, to: `RELATED ${other.id}` } };
    const told = { type: TicketEventType.LINKED, actorId: null, changes, internal: true };
    await writes.writeTicket(tx, ticket, finder, () => ({ events: () => [told] }));
  }
}
