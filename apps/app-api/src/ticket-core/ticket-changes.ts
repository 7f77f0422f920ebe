import type { CommentVisibility, TicketStatus } from '@helpdeskly/tenant-db';
import type { Change, Fields, Locked } from './column.js';
import { fieldsOf, type FieldChanges } from './column-fields.js';
import { ticketColumns, type TicketColumnList } from './ticket-columns.js';
import { assertMove, isDone, statusAfterRequesterComment, statusTimes } from './ticket-status.js';
import { retagged, type TagEdit } from './ticket-tags.js';
import { TicketClosed } from './errors.js';
import { isRequester, takesResolved, type Viewer } from './viewer.js';

/** The fields that a PATCH may set. */
export type TicketFields = Fields<TicketColumnList>;

/** What the columns mean for them. */
export const ticketFields = fieldsOf(ticketColumns);

/** What a body may say of a ticket's fields: what it leaves out stays. */
export type TicketEdit = Omit<Change<TicketColumnList>, 'tags'> & TagEdit;

/** What an edit stores in a ticket that carries these tags. Throws TooManyTags. */
export function fieldsIn(
  { tags: before }: Pick<TicketFields, 'tags'>,
  { tags, addTags, removeTags, ...fields }: TicketEdit,
): Partial<TicketFields> {
  const after = retagged(before, { tags, addTags, removeTags });
  const stored = ticketFields.stored(fields);
  return after === undefined ? stored : { ...stored, tags: after };
}

/** A ticket under its row lock; `at` is the time of this write: no earlier than any write before it. */
export type LockedTicket = Locked<TicketColumnList> & { readonly at: Date };

/** What a write may set. */
export type TicketColumns = Omit<Locked<TicketColumnList>, 'id' | 'number' | 'version' | 'publicVersion'>;

/** What the rules of this file read of a ticket. */
export type TicketState = TicketFields &
  Pick<
    LockedTicket,
    'number' | 'commentCount' | 'publicCommentCount' | 'reopenCount' | 'firstRespondedAt' | 'resolvedAt'
  >;

/** A write to a ticket, decided but not done: the columns to set, and the fields that its event names. */
export interface PlannedWrite {
  readonly columns: Partial<TicketColumns>;
  readonly changes: FieldChanges;
}

/**
 * What `edit` by `actor` does to `ticket`; undefined when everything it says is so already.
 * Throws TicketClosed or InvalidTransition.
 */
export function planEdit(
  ticket: TicketState,
  edit: Partial<TicketFields>,
  actor: Viewer,
  at: Date,
): PlannedWrite | undefined {
  const changed = ticketFields.differing(ticket, edit);
  if (Object.keys(changed).length === 0) return undefined;
  if (ticket.status === 'CLOSED') throw new TicketClosed(ticket.number);
  const columns =
    changed.status === undefined ? changed : { ...changed, ...move(ticket, changed.status, edit, actor, at) };
  return { columns, changes: ticketFields.told(ticket, columns) };
}

/** What a comment, and the edit that comes with it, do to a ticket in one write. Throws TicketClosed or InvalidTransition. */
export function planReply(
  ticket: TicketState,
  reply: { readonly visibility: CommentVisibility; readonly edit?: Partial<TicketFields> },
  actor: Viewer,
  at: Date,
): PlannedWrite {
  if (ticket.status === 'CLOSED') throw new TicketClosed(ticket.number);
  const isPublic = reply.visibility === 'PUBLIC';
  const asks = isPublic && isRequester(actor, ticket);
  const status = reply.edit?.status ?? (asks ? statusAfterRequesterComment(ticket.status) : ticket.status);
  const edit = planEdit(ticket, { ...reply.edit, status }, actor, at);
  const responds = isPublic && !asks && ticket.firstRespondedAt === null;
  return {
    columns: {
      ...edit?.columns,
      commentCount: ticket.commentCount + 1,
      ...(isPublic && { publicCommentCount: ticket.publicCommentCount + 1 }),
      ...(responds && { firstRespondedAt: at }),
    },
    changes: edit?.changes ?? {},
  };
}

/** The agent who gets a new ticket that was opened as resolved or closed and names no assignee. */
export function resolverOf(fields: Pick<TicketFields, 'status' | 'assignedToId'>, actor: Viewer): string | null {
  return fields.assignedToId ?? (isDone(fields.status) && takesResolved(actor) ? actor.id : null);
}

function move(
  ticket: TicketState,
  to: TicketStatus,
  edit: Partial<TicketFields>,
  actor: Viewer,
  at: Date,
): Partial<TicketColumns> {
  assertMove(ticket.number, ticket.status, to);
  const unassigned = (edit.assignedToId === undefined ? ticket.assignedToId : edit.assignedToId) === null;
  return {
    ...statusTimes(to, at, ticket.resolvedAt),
    ...(to === 'RESOLVED' && unassigned && takesResolved(actor) && { assignedToId: actor.id }),
    // Counts resolutions that did not hold for the requester, not agents who correct themselves.
    ...(ticket.status === 'RESOLVED' &&
      to === 'OPEN' &&
      isRequester(actor, ticket) && { reopenCount: ticket.reopenCount + 1 }),
  };
}
