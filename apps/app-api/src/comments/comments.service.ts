import { InvalidReference, NotFound } from '@helpdeskly/errors';
import { assertVersion, Cursors, isUuid, type Actor, type Page } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { CommentVisibility, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AttachmentRemoval } from '../attachments/attachment-removal.js';
import { bindTo } from '../attachments/attachments.queries.js';
import { TicketWrites, type TicketWrite } from '../ticket-core/ticket-writes.js';
import { continuationOf } from '../ticket-core/ticket-lock.js';
import { fieldsIn, planReply, type TicketEdit } from '../ticket-core/ticket-changes.js';
import { type FieldChanges } from '../ticket-core/column-fields.js';
import { redaction, TicketEventType, type RecordedEvent } from '../ticket-core/ticket-events.js';
import { assertMayEdit, assertMayWrite } from '../ticket-core/ticket-permissions.js';
import { blankFields, findOpened } from '../ticket-core/ticket-redactions.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import { TicketClosed } from '../ticket-core/ticket-closed.js';
import { findVisibleTicket } from '../ticket-core/find-ticket.js';
import { lockTicket, lockTickets, lockUnlessMerged, takesPart } from '../ticket-core/ticket-lock.js';
import { type LockedTicket } from '../ticket-core/ticket-changes.js';
import { isStaff, versionFor } from '../ticket-core/viewer.js';
import { ListCommentsDto, type ReplyDto } from './comments.dto.js';
import {
  countComments,
  insertComment,
  readComment,
  readComments,
  toComment,
  type Comment,
} from './comments.queries.js';
import { blankComment } from '../ticket-core/ticket-redactions.js';

/** What is written to a ticket, and what becomes of it by that: more than a caller of POST comments may say. */
export interface Reply extends Omit<ReplyDto, 'changes'> {
  readonly changes?: TicketEdit;
}

/** The conversation of a ticket; `name` is the ticket's id or number. */
@Injectable()
export class Comments {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
    private readonly writes: TicketWrites,
    private readonly removal: AttachmentRemoval,
  ) {}

  async list(actor: Actor, name: string, query: ListCommentsDto): Promise<Page<Comment>> {
    const ticketId = await findVisibleTicket(this.db.client, ticketReference(name), actor);
    const descending = query.sort === '-createdAt';
    const scope = [this.context.current.tenant.id, 'comments', actor.id, ticketId, descending];
    const request = this.cursors.request(query, scope);
    const [after, afterId] = request.after?.map(String) ?? [];
    const page = { rows: request.limit + 1, descending, after, afterId };
    const rows = await readComments(this.db.client, ticketId, actor, page);
    const total = request.total ? await countComments(this.db.client, ticketId, actor) : undefined;
    return this.cursors.page(rows, request, scope, (row) => [row.seq, row.id], toComment, total);
  }

  async find(actor: Actor, name: string, id: string): Promise<Comment> {
    const ticketId = await findVisibleTicket(this.db.client, ticketReference(name), actor);
    const comment = isUuid(id) ? await readComment(this.db.client, ticketId, id, actor) : undefined;
    if (comment === undefined) throw new NotFound('comment');
    return comment;
  }

  /** Writes a comment and the changes that come with it: one write, one version. */
  async reply(actor: Actor, name: string, input: Reply, version?: number): Promise<Comment> {
    const reference = ticketReference(name);
    const visibility = input.visibility ?? 'PUBLIC';
    const wanted = { ...input.changes, status: input.changes?.status ?? input.status };
    return this.db.transaction(async (tx) => {
      const named = await lockUnlessMerged(tx, reference, actor);
      assertMayWrite(actor, visibility, await takesPart(tx, named, actor));
      assertMayEdit(actor, named, wanted);
      assertVersion(version, versionFor(actor, named));
      const ticket = named.mergedIntoId === null ? named : await this.continuation(tx, named, actor);
      if (ticket !== named) assertMayEdit(actor, ticket, wanted);
      const origin = ticket === named ? null : named.id;
      const effect = () => this.add(tx, ticket, actor, { ...input, visibility }, origin);
      const decide = (before: LockedTicket): TicketWrite<Made> => {
        const edit = fieldsIn(before, wanted);
        const planned = planReply(before, { visibility, edit }, actor, before.at);
        return { ...planned, edit, effect, events: (changes, made) => replyEvents(made, visibility, changes, actor) };
      };
      const { done } = await this.writes.writeTicket(tx, ticket, actor, decide, { within: 'changes' });
      return (await readComment(tx, ticket.id, (done as Made).id, actor)) as Comment;
    });
  }

  private async add(
    tx: Prisma.TransactionClient,
    ticket: LockedTicket,
    actor: Actor,
    { body, visibility, attachmentIds }: Pick<Reply, 'body' | 'attachmentIds'> & Pick<Comment, 'visibility'>,
    originTicketId: string | null,
  ): Promise<Made> {
    const id = await insertComment(tx, ticket, { authorId: actor.id, body, visibility, originTicketId });
    return { id, attachmentIds: await attach(tx, id, attachmentIds, actor) };
  }

  /** Where the conversation of a merged ticket goes on. Throws TicketClosed when this caller has no part in that one. */
  private async continuation(tx: Prisma.TransactionClient, merged: LockedTicket, actor: Actor): Promise<LockedTicket> {
    const id = await continuationOf(tx, merged.id);
    const ticket = await lockUnlessMerged(tx, { id }, actor).catch((error: unknown) => {
      throw error instanceof NotFound ? new TicketClosed(merged.number) : error;
    });
    if (ticket.mergedIntoId !== null) return this.continuation(tx, ticket, actor); // Since its id was read.
    if (!isStaff(actor) && !(await takesPart(tx, ticket, actor))) throw new TicketClosed(merged.number);
    return ticket;
  }

  /**
   * Takes a comment's words and files away for good: from the conversation, from search, from kept answers and from storage.
   * Doing it again changes nothing. Throws NotFound.
   */
  async redact(actor: Actor, name: string, id: string, version?: number): Promise<Comment> {
    const reference = ticketReference(name);
    return this.db.transaction(async (tx) => {
      const { ticket, opened } = await lockWithOpened(tx, actor, await findVisibleTicket(tx, reference, actor), id);
      assertVersion(version, ticket.version);
      const comment = isUuid(id) ? await readComment(tx, ticket.id, id, actor) : undefined;
      if (comment === undefined) throw new NotFound('comment');
      if (comment.redactedAt !== null) return comment;
      const internal = comment.visibility === 'INTERNAL';
      await this.writes.writeTicket(tx, ticket, actor, () => ({
        effect: async () => {
          await blankComment(tx, id, ticket.at);
          await this.removal.removeOfComment(tx, id);
        },
        events: () => [{ ...redaction(id, ticket.at), actorId: actor.id, internal }],
      }));
      if (opened !== undefined) await blankFields(tx, this.writes, actor, opened, ['description']);
      return (await readComment(tx, ticket.id, id, actor)) as Comment;
    });
  }
}

/** The ticket and, when this comment of it repeats the description of a merged one, that one. Throws NotFound. */
async function lockWithOpened(
  tx: Prisma.TransactionClient,
  actor: Actor,
  ticketId: string,
  commentId: string,
): Promise<{ readonly ticket: LockedTicket; readonly opened?: LockedTicket }> {
  const openedId = isUuid(commentId) ? await findOpened(tx, ticketId, commentId) : null;
  if (openedId === null) return { ticket: await lockTicket(tx, { id: ticketId }, actor) };
  const [ticket, opened] = await lockTickets(tx, [ticketId, openedId], actor, 'included');
  if (ticket.deletedAt !== null) throw new NotFound('ticket');
  return { ticket, opened };
}

/** What a reply has made. */
interface Made {
  readonly id: string;
  readonly attachmentIds: readonly string[];
}

/** One event for the write; two when the comment must stay hidden from the customer, who sees the ticket's new status. */
function replyEvents(
  { id, attachmentIds }: Made,
  visibility: CommentVisibility,
  changes: FieldChanges,
  { id: actorId }: Actor,
): RecordedEvent[] {
  const attached: FieldChanges = attachmentIds.length === 0 ? {} : { attachmentIds: { from: [], to: attachmentIds } };
  const comment: FieldChanges = { commentId: { from: null, to: id }, ...attached };
  if (visibility === 'PUBLIC')
    return [{ type: TicketEventType.COMMENTED, actorId, changes: { ...comment, ...changes } }];
  const note = { type: TicketEventType.COMMENTED, actorId, changes: comment, internal: true };
  return Object.keys(changes).length === 0 ? [note] : [note, { type: TicketEventType.UPDATED, actorId, changes }];
}

/** Throws InvalidReference unless all of them are the author's own, and of no comment. */
async function attach(
  tx: Prisma.TransactionClient,
  commentId: string,
  named: readonly string[] = [],
  { id }: Actor,
): Promise<readonly string[]> {
  const ids = [...new Set(named.map((each) => each.toLowerCase()))];
  if (ids.length > 0 && (await bindTo(tx, commentId, ids, id)) !== ids.length)
    throw new InvalidReference('attachmentIds', 'You have no such attachment, or another comment has taken it.');
  return ids;
}
