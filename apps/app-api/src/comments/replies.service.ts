import type { Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { attachToComment } from '../attachments/comment-attachments.js';
import { removeSentDraft } from '../drafts/sent-drafts.js';
import { HeldReplies } from '../send-later/held-replies.service.js';
import { replyToTicket } from '../ticket-core/reply-to-ticket.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import type { ReplyDto } from './comments.dto.js';
import { readComment, readHeld, type Comment } from './comments.queries.js';

/** Writing to a ticket, with files and changes. */
@Injectable()
export class Replies {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writes: TicketWrites,
    private readonly held: HeldReplies,
  ) {}

  /** `name` is the ticket's id or number. The author's draft for it is sent by this. Throws what replyToTicket does, InvalidReference for files, ServiceUnavailable. */
  async reply(
    actor: Actor,
    name: string,
    { body, visibility, status, changes, attachmentIds = [], sendAfter = 0 }: ReplyDto,
    version?: number,
  ): Promise<Comment> {
    const reference = ticketReference(name);
    const edit = { ...changes, status: changes?.status ?? status };
    return this.db.transaction(async (tx) => {
      if (sendAfter > 0) {
        const later = { body, visibility: visibility ?? 'PUBLIC', edit, attachmentIds, sendAfter };
        const { ticketId, commentId } = await this.held.hold(tx, actor, reference, later, version);
        return (await readHeld(tx, ticketId, commentId, actor)) as Comment;
      }
      const attach = (commentId: string) => attachToComment(tx, commentId, attachmentIds, actor.id);
      const reply = { body, visibility, edit, attach };
      const { ticketId, commentId } = await replyToTicket(tx, this.writes, actor, reference, reply, version);
      await removeSentDraft(tx, actor, reference);
      return (await readComment(tx, ticketId, commentId, actor)) as Comment;
    });
  }
}
