import { isUuid } from '@helpdeskly/http';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import type { View } from '@helpdeskly/tenant-db';
import { findMissing, type Naming } from '../missing/missing.queries.js';
import type { ListTicketsDto } from '../ticket-lists/list-tickets.dto.js';
import type { ViewDto, ViewFiltersDto } from './views.dto.js';

/** Views as the API shows them, each with what its filters name and is gone. */
export async function viewsOf(db: TenantPrisma, views: readonly View[]): Promise<ViewDto[]> {
  const missing = await findMissing(
    db,
    views.flatMap((view) => namingsOf(view.filters as ViewFiltersDto)),
  );
  return views.map((view) => {
    const named = new Set(namingsOf(view.filters as ViewFiltersDto).map(keyOf));
    return { ...viewOf(view), missing: missing.filter((each) => named.has(keyOf(each))) };
  });
}

export async function oneViewOf(db: TenantPrisma, view: View): Promise<ViewDto> {
  const [shown] = await viewsOf(db, [view]);
  return shown as ViewDto;
}

const keyOf = ({ field, value }: { readonly field: string; readonly value: string }) => `${field} ${value}`;

const kinds = {
  group: 'group',
  organization: 'organization',
  assignedTo: 'user',
  author: 'user',
  participant: 'user',
  tag: 'tag',
} as const;

/** What filters name by ids, and tags. Several values stand with commas between, those that are left out with `-` before. */
function namingsOf(filters: ViewFiltersDto): Naming[] {
  return Object.entries(kinds).flatMap(([name, kind]): Naming[] => {
    const given = filters[name as keyof typeof kinds];
    const values = given === undefined ? [] : String(given).split(',');
    const named = values.map((value) => value.trim().replace(/^-/, ''));
    const field = `filters.${name}`;
    return named.filter((value) => kind === 'tag' || isUuid(value)).map((value) => ({ field, value, kind }));
  });
}

/** A view without what is missing in it. */
export function viewOf(view: View): Omit<ViewDto, 'missing'> {
  return {
    id: view.id,
    name: view.name,
    shared: view.shared,
    position: view.position,
    filters: view.filters as ViewFiltersDto,
    sort: view.sort,
    ownerId: view.ownerId,
    version: view.version,
    createdAt: view.createdAt.toISOString(),
    updatedAt: view.updatedAt.toISOString(),
  };
}

/** What would be asked of GET /tickets in the place of a view. */
export function queryOf({ filters, sort }: Pick<ViewDto, 'filters' | 'sort'>): ListTicketsDto {
  return { ...filters, ...(sort === null ? {} : { sort }) };
}
