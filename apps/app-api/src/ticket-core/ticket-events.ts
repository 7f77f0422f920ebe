import type { ParticipantRole, Prisma } from '@helpdeskly/tenant-db';
import type { FieldChanges } from './column-fields.js';
import { ticketFields } from './ticket-changes.js';

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
  IMPORTED: 'IMPORTED',
} as const;

export type TicketEventType = (typeof TicketEventType)[keyof typeof TicketEventType];

export interface RecordedEvent {
  readonly type: TicketEventType;
  /** Null when nobody knows who did it. */
  readonly actorId: string | null;
  readonly changes: FieldChanges;
  /** Hidden from customers, beside events of nothing but `staffFields`. */
  readonly internal?: boolean;
}

/** Fields of which no event tells customers. */
export const staffFields = ticketFields.hidden;

/** Fields of events that name another ticket. */
export const referringFields = [...ticketFields.referring, 'absorbedId', 'splitIntoId'];

/** Whether customers do not see this event of a ticket that they see. */
export function isInternal({ type, changes, internal = false }: RecordedEvent): boolean {
  const fields = Object.keys(changes);
  const telling = fields.some((field) => !staffFields.includes(field));
  return internal || (type === TicketEventType.UPDATED && fields.length > 0 && !telling);
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

/** That the words of a comment were taken away at a time. */
export function redaction(commentId: string, at: Date): Pick<RecordedEvent, 'type' | 'changes'> {
  return {
    type: TicketEventType.REDACTED,
    changes: { commentId: { from: commentId, to: commentId }, redactedAt: { from: null, to: at.toISOString() } },
  };
}

/** Writes down what a transaction does to a ticket that it has locked or made. */
export async function recordEvents(
  tx: Prisma.TransactionClient,
  ticket: { readonly id: string; readonly at: Date },
  events: readonly RecordedEvent[],
): Promise<void> {
  const data = [];
  for (const event of events)
    data.push({
      ...event,
      internal: isInternal(event),
      changes: event.changes as Prisma.InputJsonObject,
      names: await namesIn(tx, event.changes),
      ticketId: ticket.id,
      createdAt: ticket.at,
    });
  await tx.ticketEvent.createMany({ data });
}

/** Groups may be deleted: events keep what they were called, by their ids. */
async function namesIn(
  tx: Prisma.TransactionClient,
  { groupId }: FieldChanges,
): Promise<Record<string, string> | undefined> {
  const ids = [groupId?.from, groupId?.to].filter((id) => typeof id === 'string');
  if (ids.length === 0) return undefined;
  const groups = await tx.group.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  return Object.fromEntries(groups.map(({ id, name }) => [id, name]));
}
