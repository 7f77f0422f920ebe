import type { Ticket } from '../api/client.js';
import { History } from './history.js';
import { Participants } from './participants.js';
import { Related } from './related.js';
import { Requester } from './requester.js';
import { TicketActions } from './ticket-actions.js';
import { TicketFields } from './ticket-fields.js';

/** What is known about a ticket beside what was said. */
export function SidePanel({ ticket }: { ticket: Ticket }) {
  return (
    <div className="flex flex-col gap-5 p-4">
      <TicketFields ticket={ticket} />
      <Requester ticket={ticket} />
      <Participants ticket={ticket} />
      <Related ticket={ticket} />
      <TicketActions ticket={ticket} />
      <History ticket={ticket} />
    </div>
  );
}
