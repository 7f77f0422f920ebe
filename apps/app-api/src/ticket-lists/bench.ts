// What the benchmark's baselines run: the same statements, and the same answers made of their rows.
export type { TicketFilters } from './ticket-filters.js';
export { listTickets } from './ticket-list.js';
export { readWords } from './ticket-search.js';
export { toTicket, type TicketRow } from '../ticket-core/ticket-select.js';
export { readSnippets } from './ticket-snippets.js';
