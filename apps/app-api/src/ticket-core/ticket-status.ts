import { InvalidTransition } from '@helpdeskly/errors';
import type { TicketStatus } from '@helpdeskly/tenant-db';
import { TicketClosed } from './errors.js';

const unresolved = ['OPEN', 'PENDING', 'ON_HOLD'] as const satisfies readonly TicketStatus[];

/** Whether nobody has to do anything about a ticket of this status. */
export const isDone = (status: TicketStatus) => status === 'RESOLVED' || status === 'CLOSED';

/** The legal moves. Writing the status that is there is no move. */
const ticketMoves: Readonly<Record<TicketStatus, readonly TicketStatus[]>> = {
  OPEN: ['PENDING', 'ON_HOLD', 'RESOLVED'],
  PENDING: ['OPEN', 'ON_HOLD', 'RESOLVED'],
  ON_HOLD: ['OPEN', 'PENDING', 'RESOLVED'],
  RESOLVED: [...unresolved, 'CLOSED'],
  CLOSED: [],
};

/** What a status says about the times of resolving and closing. */
export interface StatusTimes {
  readonly resolvedAt: Date | null;
  readonly closedAt: Date | null;
}

/** Throws TicketClosed or InvalidTransition. */
export function assertMove(number: number, from: TicketStatus, to: TicketStatus): void {
  if (from === 'CLOSED') throw new TicketClosed(number);
  if (!ticketMoves[from].includes(to)) throw new InvalidTransition(from, to, ticketMoves[from]);
}

/** The times of a ticket that gets `status` at `at`; a closed ticket keeps the time at which it was resolved. */
export function statusTimes(status: TicketStatus, at: Date, resolvedAt: Date | null = null): StatusTimes {
  if (status === 'CLOSED') return { resolvedAt: resolvedAt ?? at, closedAt: at };
  return { resolvedAt: status === 'RESOLVED' ? at : null, closedAt: null };
}

/** The status that a ticket has after its requester wrote: whoever writes again wants an answer. */
export function statusAfterRequesterComment(status: TicketStatus): TicketStatus {
  return status === 'CLOSED' ? status : 'OPEN';
}
