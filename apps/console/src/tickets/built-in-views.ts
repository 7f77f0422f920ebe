import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import type { ListSearch } from './ticket-queries.js';

export interface BuiltInView {
  readonly name: MessageDescriptor;
  readonly search: ListSearch;
  readonly counted: boolean;
}

const unsolved = 'open,pending,on_hold';

/** Lists that every helpdesk has from its first day. */
export const builtInViews: readonly BuiltInView[] = [
  { name: msg`My tickets`, search: { assignedTo: 'me', status: unsolved }, counted: true },
  { name: msg`Unassigned`, search: { assignedTo: 'none', status: unsolved }, counted: true },
  { name: msg`All unsolved`, search: { status: unsolved }, counted: true },
  { name: msg`Recently resolved`, search: { status: 'resolved', sort: '-resolvedAt' }, counted: false },
  { name: msg`All tickets`, search: {}, counted: false },
];

export const isSameSearch = (one: ListSearch, other: ListSearch): boolean => {
  const written = (search: ListSearch) => JSON.stringify(Object.entries(search).sort());
  return written(one) === written(other);
};
