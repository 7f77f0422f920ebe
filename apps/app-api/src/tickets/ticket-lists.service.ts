import { Cursors, parseTime, type Actor, type Page } from '@helpdeskly/http';
import { Forbidden } from '@helpdeskly/errors';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { countTickets, listTickets, type TicketFilters } from './ticket-list.js';
import { positionOf, readPosition, type TicketSort } from './ticket-order.js';
import { toTicket, type Ticket, type TicketRow } from './ticket-select.js';
import { ListTicketsDto } from './tickets.dto.js';

/** Finds the tickets that a caller may see. */
@Injectable()
export class TicketLists {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
  ) {}

  async list(actor: Actor, query: ListTicketsDto): Promise<Page<Ticket>> {
    if (query.deleted !== undefined && actor.role !== 'ADMIN')
      throw new Forbidden('Deleted tickets are listed for admins.');
    const filters = filtersOf(query, actor);
    const { sort, descending } = sortOf(query);
    const scope = [this.context.current.tenant.id, 'tickets', actor.id, sort, descending, filters];
    const request = this.cursors.request(query, scope);
    const after = request.after === undefined ? undefined : readPosition(request.after);
    const page = { sort, descending, after, rows: request.limit + 1 };
    const rows = await this.db.select<TicketRow>(listTickets(filters, page, actor));
    const total = request.total ? await this.count(filters, actor) : undefined;
    return this.cursors.page(rows, request, scope, (row) => positionOf(sort, row), toTicket, total);
  }

  private async count(filters: TicketFilters, actor: Actor): Promise<number | undefined> {
    const [row] = await this.db.client.$queryRaw<{ total: number }[]>(countTickets(filters, actor));
    return row?.total;
  }
}

/** A search is answered best first unless the caller wants another order. */
function sortOf({ sort, q }: ListTicketsDto): { sort: TicketSort; descending: boolean } {
  if (sort === undefined) return { sort: q === undefined ? 'updatedAt' : 'relevance', descending: true };
  const descending = sort.startsWith('-');
  return { sort: (descending ? sort.slice(1) : sort) as TicketSort, descending };
}

/** What a query narrows tickets to; `me` is who asks. */
export function filtersOf(query: ListTicketsDto, actor: Actor): TicketFilters {
  const { status, priority, assignedTo, author, group, participant, organization, tag, q, deleted } = query;
  return {
    status,
    priority,
    assignedToId: assignedTo === 'none' ? null : assignedTo === 'me' ? actor.id : assignedTo,
    authorId: author === 'me' ? actor.id : author,
    groupId: group === 'none' ? null : group === 'mine' ? undefined : group,
    groupsOf: group === 'mine' ? actor.id : undefined,
    participantId: participant === 'me' ? actor.id : participant,
    organizationId: organization,
    tag,
    q,
    createdAfter: time(query.createdAfter),
    createdBefore: time(query.createdBefore),
    updatedAfter: time(query.updatedAfter),
    deleted: deleted === 'only',
  };
}

function time(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseTime(text)?.toISOString();
}
