import type { ParticipantRole, Prisma } from '@helpdeskly/tenant-db';
import type { FieldChanges } from './ticket-changes.js';

/** What happened to a ticket. */
export const TicketEventType = {
  CREATED: 'CREATED',
  UPDATED: 'UPDATED',
  COMMENTED: 'COMMENTED',
  DELETED: 'DELETED',
  RESTORED: 'RESTORED',
  MERGED: 'MERGED',
  ABSORBED: 'ABSORBED',
  REDACTED: 'REDACTED',
  SPLIT: 'SPLIT',
  LINKED: 'LINKED',
  UNLINKED: 'UNLINKED',
  ANONYMIZED: 'ANONYMIZED',
} as const;

export type TicketEventType = (typeof TicketEventType)[keyof typeof TicketEventType];

export interface RecordedEvent {
  readonly type: TicketEventType;
  readonly actorId: string;
  readonly changes: FieldChanges;
  /** Hidden from customers. */
  readonly internal?: boolean;
}

/** That somebody came to take part in a ticket, or ceased to. Who follows is the staff's own business. */
export function participation(
  role: ParticipantRole,
  change: { readonly from: string | null; readonly to: string | null },
): Pick<RecordedEvent, 'type' | 'changes' | 'internal'> {
  return {
    type: TicketEventType.UPDATED,
    changes: { [role === 'CC' ? 'ccId' : 'followerId']: change },
    internal: role === 'FOLLOWER',
  };
}

/** Writes down what a transaction does to a ticket that it has locked or made. */
export async function recordEvent(
  tx: Prisma.TransactionClient,
  ticket: { readonly id: string; readonly at: Date },
  event: RecordedEvent,
): Promise<void> {
  await tx.ticketEvent.create({
    data: { ...event, changes: event.changes as Prisma.InputJsonObject, ticketId: ticket.id, createdAt: ticket.at },
    select: { id: true },
  });
}
