import type { ListSearch } from './ticket-queries.js';

const names = [
  'view',
  'q',
  'status',
  'priority',
  'assignedTo',
  'group',
  'tag',
  'organization',
  'author',
  'deleted',
  'sort',
];

/** What of an address chooses a list; everything else falls out. */
export function readListSearch(search: Record<string, unknown>): ListSearch {
  return Object.fromEntries(
    names.map((name) => [name, search[name]] as const).filter(([, value]) => typeof value === 'string' && value !== ''),
  );
}
