// What the benchmark's baseline runs: the same statement, and the same answer made of its rows.
export { listTickets } from './ticket-list.js';
export { toTicket, type TicketRow } from './ticket-select.js';
