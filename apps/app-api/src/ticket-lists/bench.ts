// What the benchmark of searches runs: the product's statements.
export type { TicketFilters } from './ticket-filters.js';
export { listTickets } from './ticket-list.js';
export { readWords } from './ticket-search.js';
export { readSnippets } from './ticket-snippets.js';
