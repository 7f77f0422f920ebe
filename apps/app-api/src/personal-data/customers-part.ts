import type { Prisma, Ticket, TicketEvent } from '@helpdeskly/tenant-db';
import { shownRow } from '../ticket-core/column-fields.js';
import { ticketColumns } from '../ticket-core/ticket-columns.js';
import { staffFields } from '../ticket-core/ticket-events.js';

/** The tickets that customers see of those that are theirs. */
export const shownTickets: Prisma.TicketWhereInput = { OR: [{ internal: false }, { publicCommentCount: { gt: 0 } }] };

/** The comments that customers see of tickets that they see. */
export const shownComment: Prisma.CommentWhereInput = { visibility: 'PUBLIC' };

/** A stored ticket without what customers do not see, and with their counts, version and time. */
export function shownTicket(row: Ticket) {
  return shownRow(ticketColumns, row);
}

/** A stored event without the fields that customers do not see. */
export function shownEvent({ changes, ...event }: TicketEvent) {
  const fields = Object.entries(changes as Prisma.JsonObject);
  const shown = fields.filter(([field]) => !staffFields.includes(field));
  return { ...event, changes: Object.fromEntries(shown) };
}
