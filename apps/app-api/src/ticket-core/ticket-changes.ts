import type { CommentVisibility, TicketPriority, TicketStatus } from '@helpdeskly/tenant-db';
import { assertMove, isDone, statusAfterRequesterComment, statusTimes } from './ticket-status.js';
import { retagged, type TagEdit } from './ticket-tags.js';
import { TicketClosed } from './ticket-closed.js';
import { isRequester, isStaff, type Viewer } from './viewer.js';

/** The fields that a PATCH may set. */
export interface TicketFields {
  readonly title: string;
  readonly description: string;
  readonly status: TicketStatus;
  readonly priority: TicketPriority;
  readonly tags: readonly string[];
  readonly authorId: string;
  readonly assignedToId: string | null;
  readonly groupId: string | null;
  readonly followUpOfId: string | null;
}

/** What a write may say of a ticket's fields: what it leaves out stays. */
export type TicketEdit = Partial<Omit<TicketFields, 'tags'>> & TagEdit;

/** What an edit means for a ticket that carries these tags. Throws TooManyTags. */
export function fieldsOf(
  { tags: before }: Pick<TicketFields, 'tags'>,
  { tags, addTags, removeTags, ...fields }: TicketEdit,
): Partial<TicketFields> {
  const after = retagged(before, { tags, addTags, removeTags });
  return after === undefined ? fields : { ...fields, tags: after };
}

/** What the rules of this file read of a ticket. */
export interface TicketState extends TicketFields {
  readonly number: number;
  readonly commentCount: number;
  readonly publicCommentCount: number;
  readonly reopenCount: number;
  readonly firstRespondedAt: Date | null;
  readonly resolvedAt: Date | null;
}

export interface TicketColumns extends TicketState {
  readonly closedAt: Date | null;
  readonly deletedAt: Date | null;
  readonly mergedIntoId: string | null;
  readonly internal: boolean;
}

/** What an event tells: each field with its value before and after. */
export type FieldChanges = Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;

/** A write to a ticket, decided but not done: the columns to set, and the fields that its event names. */
export interface PlannedWrite {
  readonly columns: Partial<TicketColumns>;
  readonly changes: FieldChanges;
}

const fieldNames = [
  'title',
  'description',
  'status',
  'priority',
  'tags',
  'authorId',
  'assignedToId',
  'groupId',
  'followUpOfId',
] as const;

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
  const changed = differing(ticket, edit);
  if (Object.keys(changed).length === 0) return undefined;
  if (ticket.status === 'CLOSED') throw new TicketClosed(ticket.number);
  const columns =
    changed.status === undefined ? changed : { ...changed, ...move(ticket, changed.status, edit, actor, at) };
  return { columns, changes: describe(ticket, columns) };
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
  return fields.assignedToId ?? (isDone(fields.status) && isStaff(actor) ? actor.id : null);
}

/** What a ticket began with. Its description is long, and stands in the ticket itself until an event tells of another. */
export function firstValues({ description: _, ...fields }: TicketFields): FieldChanges {
  const set = Object.entries(fields).filter(
    ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(set.map(([name, to]) => [name, { from: null, to }]));
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
    ...(to === 'RESOLVED' && unassigned && isStaff(actor) && { assignedToId: actor.id }),
    // Counts resolutions that did not hold for the requester, not agents who correct themselves.
    ...(ticket.status === 'RESOLVED' &&
      to === 'OPEN' &&
      isRequester(actor, ticket) && { reopenCount: ticket.reopenCount + 1 }),
  };
}

function differing(ticket: TicketFields, edit: Partial<TicketFields>): Partial<TicketFields> {
  const names = fieldNames.filter((name) => edit[name] !== undefined && !same(ticket[name], edit[name]));
  return Object.fromEntries(names.map((name) => [name, edit[name]]));
}

function describe(ticket: TicketFields, columns: Partial<TicketColumns>): FieldChanges {
  const names = fieldNames.filter((name) => columns[name] !== undefined && !same(ticket[name], columns[name]));
  return Object.fromEntries(names.map((name) => [name, { from: ticket[name], to: columns[name] }]));
}

function same(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
