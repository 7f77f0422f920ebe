import { Cursors, sortedBy, type Actor, type Page } from '@helpdeskly/http';
import { Forbidden } from '@helpdeskly/errors';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { SearchIndex } from '../search-index/search-index.js';
import { toTicket, type TicketRow } from '../ticket-core/ticket-select.js';
import { filtersOf, type TicketFilters } from './ticket-filters.js';
import { countTickets, listTickets } from './ticket-list.js';
import { positionOf, readPosition, type TicketOrder, type TicketSort } from './ticket-order.js';
import { readWords, type SearchWords } from './ticket-search.js';
import { readSnippets, type FoundTicket } from './ticket-snippets.js';
import { ListTicketsDto } from './list-tickets.dto.js';

/** Finds the tickets that a caller may see. */
@Injectable()
export class TicketLists {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
    private readonly index: SearchIndex,
  ) {}

  async list(actor: Actor, query: ListTicketsDto): Promise<Page<FoundTicket>> {
    if (query.deleted !== undefined && actor.role !== 'ADMIN')
      throw new Forbidden('Only admins can list deleted tickets.');
    const filters = filtersOf(query, actor);
    const order = orderOf(query);
    const scope = [this.context.current.tenant.id, 'tickets', actor.id, order, filters];
    const request = this.cursors.request(query, scope);
    const after = request.after === undefined ? undefined : readPosition(request.after);
    const page = { order, after, rows: request.limit + 1 };
    const [words] = filters.q === undefined ? [] : await readWords(this.db, [filters.q]);
    if (words?.stale === true) this.index.refresh();
    // Which plan is best depends on how common the words are.
    const planned = words === undefined ? 'once' : 'each time';
    const rows = await this.db.select<TicketRow>(listTickets(filters, page, actor, words), planned);
    const total = request.total ? await this.count(filters, actor, words) : undefined;
    const found = this.cursors.page(rows, request, scope, (row) => positionOf(order, row), toTicket, total);
    if (words === undefined) return found;
    const snippets = await readSnippets(this.db, found.data, words, actor);
    return { ...found, data: found.data.map((ticket) => ({ ...ticket, snippets: snippets.get(ticket.id) ?? [] })) };
  }

  private async count(filters: TicketFilters, actor: Actor, words?: SearchWords): Promise<number | undefined> {
    const [row] = await this.db.client.$queryRaw<{ total: number }[]>(countTickets(filters, actor, words));
    return row?.total;
  }
}

/** A search is answered best first unless the caller wants another order. */
function orderOf({ sort, q }: ListTicketsDto): TicketOrder {
  if (sort !== undefined) return sortedBy<TicketSort>(sort);
  return [{ by: q === undefined ? 'updatedAt' : 'relevance', descending: true }];
}
