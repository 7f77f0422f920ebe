import { Cursors, sortedBy, type Actor, type Json, type Page } from '@helpdeskly/http';
import { Forbidden } from '@helpdeskly/errors';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { TextRow } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { SearchIndex } from '../search-index/search-index.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { filtersOf, type TicketFilters } from './ticket-filters.js';
import { countTickets, listTickets } from './ticket-list.js';
import { positionOf, readPosition, type TicketOrder, type TicketSort } from './ticket-order.js';
import { readWords, type SearchWords } from './ticket-search.js';
import { readSnippets, type FoundTicket } from './ticket-snippets.js';
import type { SnippetDto } from './found-ticket.dto.js';
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

  async list(actor: Actor, query: ListTicketsDto): Promise<Page<Json<FoundTicket>>> {
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
    const rows = await this.db.texts(listTickets(filters, page, actor, words), planned);
    const total = request.total ? await this.count(filters, actor, words) : undefined;
    const placeOf = ([json, rank]: TextRow) => positionOf(order, read(json), rank);
    const found = this.cursors.page(rows, request, scope, placeOf, ([json]) => json as Json<Ticket>, total);
    if (words === undefined) return found;
    const snippets = await readSnippets(this.db, found.data.map(read), words, actor);
    return { ...found, data: found.data.map((json) => withSnippets(json, snippets.get(read(json).id))) };
  }

  private async count(filters: TicketFilters, actor: Actor, words?: SearchWords): Promise<number | undefined> {
    const [row] = await this.db.client.$queryRaw<{ total: number }[]>(countTickets(filters, actor, words));
    return row?.total;
  }
}

const read = (json: string | undefined) => JSON.parse(json ?? '') as Ticket;

function withSnippets(json: Json<Ticket>, snippets: readonly SnippetDto[] = []): Json<FoundTicket> {
  return `${json.slice(0, -1)},"snippets":${JSON.stringify(snippets)}}` as Json<FoundTicket>;
}

/** A search is answered best first unless the caller wants another order. */
function orderOf({ sort, q }: ListTicketsDto): TicketOrder {
  if (sort !== undefined) return sortedBy<TicketSort>(sort);
  return [{ by: q === undefined ? 'updatedAt' : 'relevance', descending: true }];
}
