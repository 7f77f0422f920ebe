import { NotFound } from '@helpdeskly/errors';
import { Cursors, isUuid, type Actor, type Page } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { findVisibleTicket } from '../ticket-core/find-ticket.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import type { ListCommentsDto } from './comments.dto.js';
import { countComments, readComment, readComments, readHeld, toComment, type Comment } from './comments.queries.js';

const readOne = async (...which: Parameters<typeof readComment>) =>
  (await readComment(...which)) ?? (await readHeld(...which));

/** The conversation of a ticket; `name` is the ticket's id or number. */
@Injectable()
export class Comments {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
  ) {}

  async list(actor: Actor, name: string, query: ListCommentsDto): Promise<Page<Comment>> {
    const ticketId = await findVisibleTicket(this.db.reader, ticketReference(name), actor);
    const descending = query.sort === '-createdAt';
    const scope = [this.context.current.tenant.id, 'comments', actor.id, ticketId, descending];
    const request = this.cursors.request(query, scope);
    const [after, afterId] = request.after?.map(String) ?? [];
    const page = { rows: request.limit + 1, descending, after, afterId };
    const rows = await readComments(this.db.reader, ticketId, actor, page);
    const total = request.total ? await countComments(this.db.reader, ticketId, actor) : undefined;
    return this.cursors.page(rows, request, scope, (row) => [row.seq, row.id], toComment, total);
  }

  /** Throws NotFound. */
  async find(actor: Actor, name: string, id: string): Promise<Comment> {
    const ticketId = await findVisibleTicket(this.db.reader, ticketReference(name), actor);
    const comment = isUuid(id) ? await readOne(this.db.reader, ticketId, id, actor) : undefined;
    if (comment === undefined) throw new NotFound('comment');
    return comment;
  }
}
