import { DomainError } from '@helpdeskly/errors';

/** Raised when tickets of different authors would be merged: each would read what the other one wrote. */
export class MergeAuthorMismatch extends DomainError {
  readonly code = 'merge_author_mismatch';
  constructor() {
    super('The two tickets are of different authors.');
  }
}

/** Raised when a closed ticket would change or be replied to; only a follow-up continues it. */
export class TicketClosed extends DomainError {
  readonly code = 'ticket_closed';
  constructor(number: number) {
    super(`Ticket ${number} is closed for good: open a follow-up with followUpOfId instead.`);
  }
}
