import { Cursors, type Actor, type Page } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import { findVisibleTicket } from '../ticket-core/find-ticket.js';
import { ListEventsDto } from './events.dto.js';
import { countEvents, readEvents, toEvent, type TicketEvent } from './events.queries.js';

/** The history of a ticket; `name` is the ticket's id or number. */
@Injectable()
export class TicketHistory {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
  ) {}

  async list(actor: Actor, name: string, query: ListEventsDto): Promise<Page<TicketEvent>> {
    const ticketId = await findVisibleTicket(this.db.reader, ticketReference(name), actor);
    const scope = [this.context.current.tenant.id, 'events', actor.id, ticketId];
    const request = this.cursors.request(query, scope);
    const rows = await readEvents(this.db.reader, ticketId, actor, request.limit + 1, request.after?.map(String)[0]);
    const total = request.total ? await countEvents(this.db.reader, ticketId, actor) : undefined;
    return this.cursors.page(rows, request, scope, (row) => [row.seq], toEvent, total);
  }
}
