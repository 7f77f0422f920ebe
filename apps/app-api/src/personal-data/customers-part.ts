import type { Prisma, Ticket, TicketEvent } from '@helpdeskly/tenant-db';
import { staffFields } from '../ticket-core/ticket-events.js';

/** The tickets that customers see of those that are theirs. */
export const shownTickets: Prisma.TicketWhereInput = { OR: [{ internal: false }, { publicCommentCount: { gt: 0 } }] };

/** A stored ticket without what customers do not see, and with their version and time. */
export function shownTicket(row: Ticket) {
  const { priority: _p, tags: _t, internal: _i, publicCommentCount, publicVersion, publicUpdatedAt, ...shown } = row;
  return { ...shown, commentCount: publicCommentCount, version: publicVersion, updatedAt: publicUpdatedAt };
}

/** A stored event without the fields that customers do not see. */
export function shownEvent({ changes, ...event }: TicketEvent) {
  const fields = Object.entries(changes as Prisma.JsonObject);
  const shown = fields.filter(([field]) => !(staffFields as readonly string[]).includes(field));
  return { ...event, changes: Object.fromEntries(shown) };
}
