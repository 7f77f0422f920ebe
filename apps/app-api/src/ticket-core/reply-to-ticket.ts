import { NotFound } from '@helpdeskly/errors';
import { assertVersion } from '@helpdeskly/http';
import type { CommentVisibility, Prisma } from '@helpdeskly/tenant-db';
import type { FieldChanges } from './column-fields.js';
import { fieldsIn, planReply, type LockedTicket, type TicketEdit } from './ticket-changes.js';
import { TicketClosed } from './errors.js';
import { mentionedIn } from './mentions.js';
import { TicketEventType, type RecordedEvent } from './ticket-events.js';
import { continuationOf, lockUnlessMerged, takesPart } from './ticket-lock.js';
import { assertMayEdit, assertMayWrite } from './ticket-permissions.js';
import type { TicketReference } from './ticket-reference.js';
import type { TicketWrite, TicketWrites } from './ticket-writes.js';
import { isStaff, versionFor, type Viewer } from './viewer.js';

type Transaction = Prisma.TransactionClient;

/** A comment, and what becomes of its ticket by it. */
export interface Reply {
  /** The comment's id, where it has one already. */
  readonly id?: string;
  readonly body: string;
  /** PUBLIC unless given. */
  readonly visibility?: CommentVisibility;
  readonly edit?: TicketEdit;
  /** Gives the comment its files, and answers their ids. */
  readonly attach?: (commentId: string) => Promise<readonly string[]>;
}

/** Where a reply stands: in another ticket than was named when that one was merged. */
export interface Replied {
  readonly ticketId: string;
  readonly commentId: string;
}

/**
 * Writes a comment and the changes that come with it, for whoever replies: one write, one version. Fields that it refers to are told as
 * those of `changes`. Throws NotFound, Forbidden, VersionConflict, TicketClosed, InvalidTransition, TooManyTags, InvalidReference.
 */
export async function replyToTicket(
  tx: Transaction,
  writes: TicketWrites,
  actor: Viewer,
  reference: TicketReference,
  { id, body, visibility = 'PUBLIC', edit: wanted = {}, attach }: Reply,
  version?: number,
): Promise<Replied> {
  const named = await lockUnlessMerged(tx, reference, actor);
  assertMayWrite(actor, visibility, await takesPart(tx, named, actor));
  assertMayEdit(actor, named, wanted);
  assertVersion(version, versionFor(actor, named));
  const ticket = named.mergedIntoId === null ? named : await continuation(tx, named, actor);
  if (ticket !== named) assertMayEdit(actor, ticket, wanted);
  const originTicketId = ticket === named ? null : named.id;
  return commentOn(tx, writes, actor, ticket, { id, body, visibility, edit: wanted, attach, originTicketId });
}

/** A comment whose writer may write it. */
export interface TicketComment extends Reply {
  /** The ticket that was named, when that one was merged into this. */
  readonly originTicketId: string | null;
  /** True when nobody knows that its author wrote it: events name no actor, and its mentions reach nobody. */
  readonly unverified?: boolean;
}

/** Writes a comment to a locked ticket, and the changes that come with it. Throws what `replyToTicket` does beside NotFound. */
export async function commentOn(
  tx: Transaction,
  writes: TicketWrites,
  actor: Viewer,
  ticket: LockedTicket,
  comment: TicketComment,
): Promise<Replied> {
  const { body, visibility = 'PUBLIC', edit: wanted = {}, attach, originTicketId, unverified = false } = comment;
  const actorId = unverified ? null : actor.id;
  const effect = async (): Promise<Made> => {
    const id = await insertComment(tx, ticket, {
      id: comment.id,
      authorId: actor.id,
      body,
      visibility,
      originTicketId,
    });
    return { id, attachmentIds: (await attach?.(id)) ?? [] };
  };
  const mentioned = visibility === 'INTERNAL' && !unverified ? mentionedIn(body) : [];
  const decide = (before: LockedTicket): TicketWrite<Made> => {
    const edit = fieldsIn(before, wanted);
    const planned = planReply(before, { visibility, edit }, actor, before.at);
    const events = (changes: FieldChanges, made: Made) => replyEvents(made, visibility, changes, actorId);
    return { ...planned, edit, effect, events, mentioned };
  };
  const { done } = await writes.writeTicket(tx, ticket, actor, decide, { within: 'changes' });
  return { ticketId: ticket.id, commentId: (done as Made).id };
}

/** What a reply has made. */
interface Made {
  readonly id: string;
  readonly attachmentIds: readonly string[];
}

async function insertComment(
  tx: Transaction,
  { id: ticketId, at: createdAt }: LockedTicket,
  comment: Pick<Prisma.CommentUncheckedCreateInput, 'id' | 'authorId' | 'body' | 'visibility' | 'originTicketId'>,
): Promise<string> {
  return (await tx.comment.create({ data: { ...comment, ticketId, createdAt }, select: { id: true } })).id;
}

/** Where the conversation of a merged ticket goes on. Throws TicketClosed when this caller has no part in that one. */
async function continuation(tx: Transaction, merged: LockedTicket, actor: Viewer): Promise<LockedTicket> {
  const id = await continuationOf(tx, merged.id);
  const ticket = await lockUnlessMerged(tx, { id }, actor).catch((error: unknown) => {
    throw error instanceof NotFound ? new TicketClosed(merged.number) : error;
  });
  if (ticket.mergedIntoId !== null) return continuation(tx, ticket, actor); // Since its id was read.
  if (!isStaff(actor) && !(await takesPart(tx, ticket, actor))) throw new TicketClosed(merged.number);
  return ticket;
}

/** One event for the write; two when the comment must stay hidden from the customer, who sees the ticket's new status. */
function replyEvents(
  { id, attachmentIds }: Made,
  visibility: CommentVisibility,
  changes: FieldChanges,
  actorId: string | null,
): RecordedEvent[] {
  const attached: FieldChanges = attachmentIds.length === 0 ? {} : { attachmentIds: { from: [], to: attachmentIds } };
  const comment: FieldChanges = { commentId: { from: null, to: id }, ...attached };
  if (visibility === 'PUBLIC')
    return [{ type: TicketEventType.COMMENTED, actorId, changes: { ...comment, ...changes } }];
  const note = { type: TicketEventType.COMMENTED, actorId, changes: comment, internal: true };
  return Object.keys(changes).length === 0 ? [note] : [note, { type: TicketEventType.UPDATED, actorId, changes }];
}
