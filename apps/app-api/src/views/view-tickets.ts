import type { Actor, Json, Page } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import type { WithMissing } from '../missing/missing.dto.js';
import { sharedOrOwn } from '../sharing/sharing.js';
import { filtersOf, type TicketFilters } from '../ticket-lists/ticket-filters.js';
import { TicketLists } from '../ticket-lists/ticket-lists.service.js';
import { readWords, type SearchWords } from '../ticket-lists/ticket-search.js';
import type { FoundTicket } from '../ticket-lists/ticket-snippets.js';
import { oneViewOf, queryOf, viewOf } from './view-query.js';
import { ListViewTicketsDto, type ViewCountDto } from './views.dto.js';
import { countEach, findView } from './views.queries.js';

/** Tickets of a view, with what its filters name and is gone. */
export interface ViewTicketsPage<T> extends Page<T> {
  readonly meta: Page<T>['meta'] & WithMissing;
}

/** What the views of an actor find. */
@Injectable()
export class ViewTickets {
  constructor(
    private readonly db: TenantDatabase,
    private readonly lists: TicketLists,
  ) {}

  /** As GET /tickets with the view's filters. Throws NotFound; InvalidCursor also when the view has changed meanwhile. */
  async list(actor: Actor, id: string, page: ListViewTicketsDto): Promise<ViewTicketsPage<Json<FoundTicket>>> {
    const view = await oneViewOf(this.db.client, await findView(this.db.client, actor, id));
    const { data, meta } = await this.lists.list(actor, { ...queryOf(view), ...page });
    return { data, meta: { ...meta, missing: view.missing } };
  }

  /** How many tickets each view finds that the actor sees, in the order of the views: by one statement. */
  async counts(actor: Actor): Promise<ViewCountDto[]> {
    const views = await this.db.client.view.findMany({
      where: sharedOrOwn(actor),
      orderBy: [{ position: 'asc' }, { id: 'asc' }],
    });
    if (views.length === 0) return [];
    const filters = views.map((view) => filtersOf(queryOf(viewOf(view)), actor));
    const words = await this.wordsOf(filters);
    const rows = await this.db.reader.$queryRaw<{ place: number; tickets: number }[]>(countEach(filters, actor, words));
    return views.map(({ id }, place) => ({ id, tickets: rows[place]?.tickets ?? 0 }));
  }

  private async wordsOf(filters: readonly TicketFilters[]): Promise<ReadonlyMap<string, SearchWords>> {
    const texts = [...new Set(filters.flatMap(({ q }) => q ?? []))];
    const words = texts.length === 0 ? [] : await readWords(this.db, texts);
    return new Map(texts.flatMap((text, place) => (words[place] === undefined ? [] : [[text, words[place]] as const])));
  }
}
