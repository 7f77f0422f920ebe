import { InvalidReference } from '@helpdeskly/errors';
import type { Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { bindTo } from '../attachments/attachments.queries.js';
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

  /** `name` is the ticket's id or number. Throws what replyToTicket does, and InvalidReference for files. */
  async reply(
    actor: Actor,
    name: string,
    { body, visibility, status, changes, attachmentIds }: ReplyDto,
    version?: number,
  ): Promise<Comment> {
    const reference = ticketReference(name);
    const edit = { ...changes, status: changes?.status ?? status };
    return this.db.transaction(async (tx) => {
      const attach = (commentId: string) => bind(tx, commentId, attachmentIds, actor);
      const reply = { body, visibility, edit, attach };
      const { ticketId, commentId } = await replyToTicket(tx, this.writes, actor, reference, reply, version);
      return (await readComment(tx, ticketId, commentId, actor)) as Comment;
    });
  }
}

/** Throws InvalidReference unless all of them are the author's own, and of no comment. */
async function bind(
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
