import { DomainError } from '@helpdeskly/errors';

/** Raised when another operator has this email, in whatever case. */
export class OperatorEmailTaken extends DomainError {
  readonly code = 'email_taken';
  constructor() {
    super('Another operator has this email.');
  }
}

/** Raised when a change would leave nobody who can do everything. */
export class LastOwner extends DomainError {
  readonly code = 'last_owner';
  constructor() {
    super('This is the last active OWNER: make another operator one first.');
  }
}
