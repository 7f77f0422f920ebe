import { DomainError } from '@helpdeskly/errors';
import { mostTags } from './ticket-limits.js';

/** Raised when a closed ticket would change or be replied to; only a follow-up continues it. */
export class TicketClosed extends DomainError {
  readonly code = 'ticket_closed';
  constructor(number: number) {
    super(`Ticket ${number} is closed for good: open a follow-up with followUpOfId instead.`);
  }
}

/** Raised when a ticket would carry more tags than it may. */
export class TooManyTags extends DomainError {
  readonly code = 'limit_reached';
  constructor() {
    super(`The ticket would carry more than ${mostTags} tags.`);
  }
}
