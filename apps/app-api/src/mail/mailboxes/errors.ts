import { DomainError } from '@helpdeskly/errors';

/** Raised when an address is another helpdesk's, or another mailbox of this one has it. */
export class AddressTaken extends DomainError {
  readonly code = 'address_taken';
  constructor() {
    super('This address belongs to another mailbox, of this helpdesk or of another one.');
  }
}
