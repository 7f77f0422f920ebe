import { DomainError } from '@helpdeskly/errors';

/** Raised when a closed ticket would change or be replied to; only a follow-up continues it. */
export class TicketClosed extends DomainError {
  readonly code = 'ticket_closed';
  constructor(number: number) {
    super(`Ticket ${number} is closed for good: open a follow-up with followUpOfId instead.`);
  }
}
