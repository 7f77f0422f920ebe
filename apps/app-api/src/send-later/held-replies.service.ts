import { Forbidden, NotFound, ServiceUnavailable } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { CommentVisibility, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { attachToComment, holdFiles, releaseFiles } from '../attachments/comment-attachments.js';
import { removeSentDraft, restoreDraft } from '../drafts/sent-drafts.js';
import { findVisibleTicket } from '../ticket-core/find-ticket.js';
import { replyToTicket, type Replied } from '../ticket-core/reply-to-ticket.js';
import type { TicketEdit } from '../ticket-core/ticket-changes.js';
import { ticketReference, type TicketReference } from '../ticket-core/ticket-reference.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { CommentSent } from './errors.js';
import { deleteHeld, findSentAuthor, insertHeld, lockOwn } from './held-comments.queries.js';
import { SendTimer } from './send-timer.js';

/** A comment to hold; `sendAfter` in seconds. */
export interface LaterReply {
  readonly body: string;
  readonly visibility: CommentVisibility;
  readonly edit: TicketEdit;
  readonly attachmentIds: readonly string[];
  readonly sendAfter: number;
}

/** Comments between being written and being sent. */
@Injectable()
export class HeldReplies {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly writes: TicketWrites,
    private readonly timer: SendTimer,
  ) {}

  /**
   * Holds a comment that could be sent now. It takes the place of the author's draft. Throws what replyToTicket and attachToComment do,
   * and ServiceUnavailable.
   */
  async hold(
    tx: Prisma.TransactionClient,
    actor: Actor,
    reference: TicketReference,
    reply: LaterReply,
    version?: number,
  ): Promise<Replied> {
    if (!this.timer.isConfigured)
      throw new ServiceUnavailable('This installation has no queue to send comments later.');
    const { body, visibility, edit, attachmentIds, sendAfter } = reply;
    const { ticketId } = await this.rehearse(actor, reference, reply, version);
    const namedTicketId = await findVisibleTicket(tx, reference, actor);
    const draft = await removeSentDraft(tx, actor, reference);
    const { id, sendAt } = await insertHeld(tx, {
      ticketId,
      namedTicketId,
      authorId: actor.id,
      body,
      visibility,
      edit,
      macroId: draft?.macroId ?? null,
      draftVersion: (draft?.version ?? 0) + 1,
      sendAfter,
    });
    await holdFiles(tx, id, attachmentIds, actor.id);
    await this.expect(sendAt);
    return { ticketId, commentId: id };
  }

  /** Takes a comment back before it is sent: it is a draft again. Throws NotFound, Forbidden, CommentSent. */
  async undo(actor: Actor, name: string, id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const ticketId = await findVisibleTicket(tx, ticketReference(name), actor);
      if (!isUuid(id)) throw new NotFound('comment');
      const held = await lockOwn(tx, ticketId, id, actor);
      if (held === undefined) throw await whyNot(tx, actor, ticketId, id);
      const { namedTicketId, draftVersion, ...content } = held;
      const attachmentIds = await releaseFiles(tx, held.id);
      await deleteHeld(tx, held.id);
      const place = { userId: actor.id, ticketId: namedTicketId };
      await restoreDraft(tx, place, { ...content, attachmentIds }, draftVersion);
    });
  }

  /** Writes the comment, and undoes that: whatever refuses it now, its author hears at once. */
  private async rehearse(
    actor: Actor,
    reference: TicketReference,
    { body, visibility, edit, attachmentIds }: LaterReply,
    version?: number,
  ): Promise<Replied> {
    const write = this.db.attempt(async (tx) => {
      const attach = (commentId: string) => attachToComment(tx, commentId, attachmentIds, actor.id);
      const reply = { body, visibility, edit, attach };
      throw new Rehearsed(await replyToTicket(tx, this.writes, actor, reference, reply, version));
    });
    return write.catch((error: unknown) => {
      if (error instanceof Rehearsed) return error.replied;
      throw error;
    });
  }

  /** Has the open transaction's comment sent at its time. */
  private async expect(sendAt: Date): Promise<void> {
    const { id: tenantId, generation } = this.context.current.tenant;
    const job = { tenantId, generation };
    await this.timer.prepare(job, sendAt.getTime());
    await this.db.afterCommit(() => this.timer.expect(job, sendAt.getTime()));
  }
}

class Rehearsed extends Error {
  constructor(readonly replied: Replied) {
    super('rehearsed');
  }
}

async function whyNot(tx: Prisma.TransactionClient, actor: Actor, ticketId: string, id: string): Promise<Error> {
  const authorId = await findSentAuthor(tx, ticketId, id, actor);
  if (authorId === undefined) return new NotFound('comment');
  return authorId === actor.id ? new CommentSent() : new Forbidden('A comment is taken back by its author alone.');
}
