import { referringFields, staffFields, TicketEventType } from '../ticket-core/ticket-events.js';
import { isStaff, versionFor, type Viewer } from '../ticket-core/viewer.js';
import type { LiveRow } from './live.queries.js';

/** How streams call what happened to a ticket. */
export const streamEvents = ['ticket.created', 'ticket.updated', 'ticket.deleted', 'comment.created'] as const;
export type StreamEvent = (typeof streamEvents)[number];

/** What an event of a ticket tells. */
export interface TicketChange {
  readonly ticketId: string;
  readonly number: number;
  /** Of the ticket, as the caller may see it, when the event was sent. */
  readonly version: number;
  readonly actorId: string | null;
  readonly at: string;
  /** The names of the fields that changed. */
  readonly fields: readonly string[];
  /** Of comment.created. */
  readonly commentId?: string;
}

const names: Readonly<Partial<Record<TicketEventType, StreamEvent>>> = {
  CREATED: 'ticket.created',
  COMMENTED: 'comment.created',
  DELETED: 'ticket.deleted',
};

export function nameOf({ type }: Pick<LiveRow, 'type'>): StreamEvent {
  return names[type] ?? 'ticket.updated';
}

/** Fields that name the event's own making. */
const unnamed = ['commentId'];
/** Customers hear neither of these fields, nor of tickets that they may not see. */
const hiddenFromCustomers = [...staffFields, ...referringFields];

export function changeFor(viewer: Viewer, row: LiveRow): TicketChange {
  const { ticketId, number, actorId, createdAt: at, commentId } = row;
  const hidden = isStaff(viewer) ? unnamed : [...unnamed, ...hiddenFromCustomers];
  return {
    ticketId,
    number,
    version: versionFor(viewer, row),
    actorId,
    at,
    fields: row.fields.filter((field) => !hidden.includes(field)),
    ...(commentId !== null && row.type === TicketEventType.COMMENTED && { commentId }),
  };
}

/** Whether customers who see the ticket hear of this event now: of a deleted one, that it is deleted and no more. */
export function isForCustomers({ internal, deleted, type }: LiveRow): boolean {
  return !internal && (!deleted || type === TicketEventType.DELETED);
}
