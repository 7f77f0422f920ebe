import { NotFound } from '@helpdeskly/errors';
import { assertVersion, Cursors, isUuid, type Actor, type Page } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { planReply, type FieldChanges } from '../tickets/ticket-changes.js';
import { recordEvent, TicketEventType, type RecordedEvent } from '../tickets/ticket-events.js';
import { assertMayEdit, assertMayWrite } from '../tickets/ticket-permissions.js';
import { ticketReference } from '../tickets/ticket-reference.js';
import { assertReferences } from '../tickets/ticket-references.js';
import { findVisibleTicket, lockTicket, saveTicket } from '../tickets/tickets.queries.js';
import { ListCommentsDto, ReplyDto } from './comments.dto.js';
import {
  countComments,
  insertComment,
  readComment,
  readComments,
  toComment,
  type Comment,
} from './comments.queries.js';

/** The conversation of a ticket; `name` is the ticket's id or number. */
@Injectable()
export class Comments {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
  ) {}

  async list(actor: Actor, name: string, query: ListCommentsDto): Promise<Page<Comment>> {
    const ticketId = await findVisibleTicket(this.db.client, ticketReference(name), actor);
    const scope = [this.context.current.tenant.id, 'comments', actor.id, ticketId];
    const request = this.cursors.request(query, scope);
    const rows = await readComments(this.db.client, ticketId, actor, request.limit + 1, request.after?.map(String)[0]);
    const total = request.total ? await countComments(this.db.client, ticketId, actor) : undefined;
    return this.cursors.page(rows, request, scope, (row) => [row.seq], toComment, total);
  }

  async find(actor: Actor, name: string, id: string): Promise<Comment> {
    const ticketId = await findVisibleTicket(this.db.client, ticketReference(name), actor);
    const comment = isUuid(id) ? await readComment(this.db.client, ticketId, id, actor) : undefined;
    if (comment === undefined) throw new NotFound('comment');
    return comment;
  }

  /** Writes a comment, and the status that comes with it, in one transaction. */
  async reply(actor: Actor, name: string, input: ReplyDto, version?: number): Promise<Comment> {
    const reference = ticketReference(name);
    const visibility = input.visibility ?? 'PUBLIC';
    return this.db.transaction(async (tx) => {
      const ticket = await lockTicket(tx, reference, actor);
      assertMayWrite(actor, visibility);
      assertMayEdit(actor, { status: input.status });
      assertVersion(version, ticket.version);
      const plan = planReply(ticket, { visibility, status: input.status }, actor, ticket.at);
      await assertReferences(tx, actor, { assignedToId: plan.columns.assignedToId });
      const id = await insertComment(tx, ticket, actor.id, input.body, visibility);
      await saveTicket(tx, ticket, plan.columns);
      for (const event of replyEvents(id, visibility === 'INTERNAL', plan.changes))
        await recordEvent(tx, ticket, { ...event, actorId: actor.id });
      return (await readComment(tx, ticket.id, id, actor)) as Comment;
    });
  }
}

/** One event for the write; two when the comment must stay hidden from the customer, who sees the ticket's new status. */
function replyEvents(commentId: string, internal: boolean, changes: FieldChanges): Omit<RecordedEvent, 'actorId'>[] {
  const comment = { commentId: { from: null, to: commentId } };
  if (!internal) return [{ type: TicketEventType.COMMENTED, changes: { ...comment, ...changes } }];
  const note = { type: TicketEventType.COMMENTED, changes: comment, internal };
  return Object.keys(changes).length === 0 ? [note] : [note, { type: TicketEventType.UPDATED, changes }];
}
