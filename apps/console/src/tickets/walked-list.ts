import type { ListSearch } from './ticket-queries.js';

interface Walked {
  readonly search: ListSearch;
  readonly numbers: readonly number[];
}

let walked: Walked = { search: { assignedTo: 'me', status: 'open,pending,on_hold' }, numbers: [] };

/** The list that a ticket was opened from: `j`, `k` and `u` go by it. */
export function rememberList(search: ListSearch, numbers: readonly number[]): void {
  walked = { search, numbers };
}

export const walkedSearch = (): ListSearch => walked.search;

export function neighbour(number: number, step: 1 | -1): number | undefined {
  const at = walked.numbers.indexOf(number);
  return at === -1 ? undefined : walked.numbers[at + step];
}
