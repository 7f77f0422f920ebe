import type { View } from '@helpdeskly/tenant-db';
import type { ListTicketsDto } from '../tickets/tickets.dto.js';
import type { ViewDto, ViewFiltersDto, ViewSort } from './views.dto.js';

/** A view as the API shows one. */
export function viewOf(view: View): ViewDto {
  return {
    id: view.id,
    name: view.name,
    shared: view.shared,
    position: view.position,
    filters: view.filters as ViewFiltersDto,
    sort: view.sort as ViewSort | null,
    ownerId: view.ownerId,
    version: view.version,
    createdAt: view.createdAt.toISOString(),
    updatedAt: view.updatedAt.toISOString(),
  };
}

/** What would be asked of GET /tickets in the place of a view. */
export function queryOf({ filters, sort }: ViewDto): ListTicketsDto {
  return { ...filters, ...(sort === null ? {} : { sort }) };
}
