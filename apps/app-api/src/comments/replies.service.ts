import type { Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { attachToComment } from '../attachments/comment-attachments.js';
import { removeSentDraft } from '../drafts/sent-drafts.js';
import { replyToTicket } from '../ticket-core/reply-to-ticket.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import type { ReplyDto } from './comments.dto.js';
import { readComment, type Comment } from './comments.queries.js';

/** Writing to a ticket, with files and changes. */
@Injectable()
export class Replies {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writes: TicketWrites,
  ) {}

  /** `name` is the ticket's id or number. The author's draft for it is sent by this. Throws what replyToTicket does, and InvalidReference for files. */
  async reply(
    actor: Actor,
    name: string,
    { body, visibility, status, changes, attachmentIds = [] }: ReplyDto,
    version?: number,
  ): Promise<Comment> {
    const reference = ticketReference(name);
    const edit = { ...changes, status: changes?.status ?? status };
    return this.db.transaction(async (tx) => {
      const attach = (commentId: string) => attachToComment(tx, commentId, attachmentIds, actor.id);
      const reply = { body, visibility, edit, attach };
      const { ticketId, commentId } = await replyToTicket(tx, this.writes, actor, reference, reply, version);
      await removeSentDraft(tx, actor, reference);
      return (await readComment(tx, ticketId, commentId, actor)) as Comment;
    });
  }
}
