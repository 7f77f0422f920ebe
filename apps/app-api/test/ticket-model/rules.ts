import { expect } from '@jest/globals';
import { isStaff, type DeskModel, type Person } from './desk-model.js';
import { same, wordsOf, type Fields, type Status, type TicketModel, type Visibility } from './ticket-model.js';

/** A problem that the model predicts. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly facts: object = {},
  ) {}
}

export const notFound = new Refusal(404, 'not_found');
export const forbidden = new Refusal(403, 'forbidden');
export const closed = new Refusal(409, 'ticket_closed');
export const badReference = (field: string) => new Refusal(422, 'invalid_reference', { field });
export const stale = (by: Person, ticket: TicketModel) =>
  new Refusal(412, 'version_conflict', { currentVersion: ticket.versionFor(isStaff(by)) });

const moves: Readonly<Record<Status, readonly Status[]>> = {
  OPEN: ['PENDING', 'ON_HOLD', 'RESOLVED'],
  PENDING: ['OPEN', 'ON_HOLD', 'RESOLVED'],
  ON_HOLD: ['OPEN', 'PENDING', 'RESOLVED'],
  RESOLVED: ['OPEN', 'PENDING', 'ON_HOLD', 'CLOSED'],
  CLOSED: [],
};

/** An edit as it is sent. */
export type Sent = Partial<Fields> & { readonly addTags?: readonly string[]; readonly removeTags?: readonly string[] };

/** What is meant by it, for a ticket of these tags: none are an empty list. */
export function meant({ addTags, removeTags, ...edit }: Sent, before: readonly string[] = []): Partial<Fields> {
  if ('tags' in edit) return { ...edit, tags: edit.tags ?? [] };
  if (addTags === undefined && removeTags === undefined) return edit;
  const goes = new Set(removeTags);
  return { ...edit, tags: [...new Set([...before, ...(addTags ?? [])])].filter((tag) => !goes.has(tag)) };
}

/** What a ticket gets by an edit: the fields that differ, or why not. */
export function editOf(
  model: DeskModel,
  by: Person,
  ticket: TicketModel,
  edit: Partial<Fields>,
): Partial<Fields> | Refusal {
  const { fields } = ticket;
  const differing = Object.entries(edit).filter(([name, value]) => !same(fields[name as keyof Fields], value));
  if (differing.length === 0) return {};
  const changes: Partial<Fields> = Object.fromEntries(differing);
  const { status: to } = changes;
  if (fields.status === 'CLOSED') return closed;
  if (to !== undefined && !moves[fields.status].includes(to)) {
    const facts = { from: fields.status, to, allowed: moves[fields.status] };
    return new Refusal(409, 'invalid_transition', facts);
  }
  const after = { ...fields, ...changes };
  if (to === 'RESOLVED' && after.assignedToId === null && isStaff(by)) changes.assignedToId = by.id;
  return brokenReference(model, by, changes, ticket.number) ?? fitted(model, fields, edit, changes);
}

/** The first thing that a write refers to and may not. */
export function brokenReference(
  model: DeskModel,
  by: Person,
  { authorId, assignedToId, followUpOfId }: Partial<Fields>,
  number = Infinity,
): Refusal | undefined {
  if (authorId !== undefined && model.personBy(authorId)?.disabled !== false) return badReference('authorId');
  if (typeof assignedToId === 'string') {
    const assignee = model.personBy(assignedToId);
    if (assignee === undefined || assignee.disabled || !isStaff(assignee)) return badReference('assignedToId');
  }
  if (typeof followUpOfId !== 'string') return undefined;
  const followed = model.ticket(followUpOfId);
  const fits = followed !== undefined && model.sees(by, followed) && followed.number < number;
  return fits ? undefined : badReference('followUpOfId');
}

/** An assignee belongs to the group and, when a ticket is opened again, can work: who is named must, who only was there goes. */
export function fitted(
  model: DeskModel,
  before: Pick<Fields, 'assignedToId' | 'groupId' | 'status'>,
  edit: Partial<Fields>,
  changes: Partial<Fields>,
): Partial<Fields> | Refusal {
  const { assignedToId, groupId, status } = { ...before, ...changes };
  const reopens = before.status === 'RESOLVED' && ['OPEN', 'PENDING', 'ON_HOLD'].includes(status);
  if (same([assignedToId, groupId], [before.assignedToId, before.groupId]) && !reopens) return changes;
  const group = groupId === null ? undefined : model.group(groupId);
  if (groupId !== null && group === undefined) return badReference('groupId');
  if (assignedToId === null) return changes;
  const isGone = reopens && model.personBy(assignedToId)?.disabled !== false;
  if (!isGone && (group === undefined || group.members.has(assignedToId))) return changes;
  if (typeof edit.assignedToId === 'string') return badReference('assignedToId');
  return { ...changes, assignedToId: null };
}

/** What customers may not do to a ticket that they see. */
export function forbiddenEdit(by: Person, ticket: TicketModel, edit: Sent): Refusal | undefined {
  const given = Object.keys(edit);
  if (isStaff(by) || given.length === 0) return undefined;
  const mayMove = edit.status === undefined || edit.status === 'OPEN' || edit.status === 'RESOLVED';
  return ticket.fields.authorId === by.id && same(given, ['status']) && mayMove ? undefined : forbidden;
}

/** Writes an edit that is allowed, if it changes anything. */
export function applyEdit(model: DeskModel, by: Person, ticket: TicketModel, changes: Partial<Fields>): void {
  const { status } = ticket.fields;
  if (Object.keys(changes).length === 0) return;
  countReopening(by, ticket, status, changes.status);
  if (changes.authorId !== undefined) ticket.respondedIn(model, changes.authorId);
  ticket.write('UPDATED', by.id, changes);
}

/** Nobody supports oneself: an author asks, whatever the role. */
const isRequester = (by: Person, { fields }: TicketModel) => !isStaff(by) || fields.authorId === by.id;

export function countReopening(by: Person, ticket: TicketModel, from: Status, to: Status | undefined): void {
  if (from === 'RESOLVED' && to === 'OPEN' && isRequester(by, ticket)) ticket.reopenCount++;
}

export interface ReplyInput {
  readonly body: string;
  readonly visibility?: Visibility;
  readonly status?: Status;
  readonly changes?: Sent;
}

/** A reply that is allowed: where it goes, and what it does there. */
export interface PlannedReply {
  readonly ticket: TicketModel;
  readonly changes: Partial<Fields>;
  readonly originTicketId: string | null;
}

/** Where a reply goes, and what it does there. */
export function replyOf(
  model: DeskModel,
  by: Person,
  named: TicketModel,
  { visibility = 'PUBLIC', status, changes: sent }: ReplyInput,
  isStale: boolean,
): PlannedReply | Refusal {
  const wanted = sent ?? (status === undefined ? {} : { status });
  if (!isStaff(by) && (visibility === 'INTERNAL' || !model.takesPart(by, named))) return forbidden;
  const mayNot = forbiddenEdit(by, named, wanted);
  if (mayNot !== undefined) return mayNot;
  if (isStale) return stale(by, named);
  const ticket = continuationOf(model, named);
  if (ticket !== named && !(model.sees(by, ticket) && model.takesPart(by, ticket))) return closed;
  if (ticket.fields.status === 'CLOSED') return closed;
  const mayNotThere = forbiddenEdit(by, ticket, wanted);
  if (mayNotThere !== undefined) return mayNotThere;
  const asks = visibility === 'PUBLIC' && isRequester(by, ticket);
  const edit = meant(wanted, ticket.fields.tags);
  const changes = editOf(model, by, ticket, asks ? { status: 'OPEN', ...edit } : edit);
  if (changes instanceof Refusal && 'field' in changes.facts)
    return badReference(`changes.${String(changes.facts.field)}`);
  if (changes instanceof Refusal) return changes;
  return { ticket, changes, originTicketId: ticket === named ? null : named.id };
}

/** Writes a reply down as the server says that it was written. */
export function applyReply(
  model: DeskModel,
  by: Person,
  { ticket, changes, originTicketId }: PlannedReply,
  { body, visibility = 'PUBLIC' }: ReplyInput,
  { id, createdAt }: { readonly id: string; readonly createdAt: string },
): void {
  const isInternal = visibility === 'INTERNAL';
  const place = model.written.length;
  const comment = { id, place, visibility, authorId: by.id, createdAt, body, originTicketId, redacted: false };
  model.written.push(comment);
  if (isInternal) for (const secret of [id, ...wordsOf(body)]) model.place.secrets.add(secret);
  ticket.add(comment, !isRequester(by, ticket) && !isInternal);
  countReopening(by, ticket, ticket.fields.status, changes.status);
  const changed = ticket.set(changes);
  const commentId = { from: null, to: id };
  ticket.tell('COMMENTED', by.id, isInternal ? { commentId } : { commentId, ...changed }, isInternal);
  if (isInternal && Object.keys(changed).length > 0) ticket.tell('UPDATED', by.id, changed);
  ticket.touch();
}

function continuationOf(model: DeskModel, ticket: TicketModel): TicketModel {
  const { mergedIntoId } = ticket.fields;
  const next = mergedIntoId === null ? undefined : model.ticket(mergedIntoId);
  return next === undefined ? ticket : continuationOf(model, next);
}

/** Takes unresolved tickets from an assignee, those of one group or all. */
export function release(model: DeskModel, by: Person, assigneeId: string, groupId?: string): void {
  for (const ticket of model.tickets) {
    const { fields } = ticket;
    const isHeld = fields.assignedToId === assigneeId && ['OPEN', 'PENDING', 'ON_HOLD'].includes(fields.status);
    if (isHeld && (groupId === undefined || fields.groupId === groupId))
      ticket.write('UPDATED', by.id, { assignedToId: null });
  }
}

/** A comment as it must be shown. */
export function viewComment(
  model: DeskModel,
  by: Person,
  ticket: TicketModel,
  comment: TicketModel['comments'][number],
): object {
  const { id, visibility, authorId, createdAt, originTicketId } = comment;
  return {
    id,
    ticketId: ticket.id,
    body: comment.redacted ? '' : comment.body,
    visibility,
    authorId,
    author: model.viewPerson(by, authorId),
    originTicketId: model.viewReference(by, originTicketId),
    redactedAt: comment.redacted ? expect.any(String) : null,
    attachments: [],
    createdAt,
    ...(isStaff(by) ? { deliveries: [], mail: null, bodyHtml: null, quoted: null } : {}),
    sendAt: null,
  };
}
