import { DomainError } from '@helpdeskly/errors';

/** Raised when another user has this email, in whatever case. */
export class EmailTaken extends DomainError {
  readonly code = 'email_taken';
  constructor() {
    super('Another user has this email.');
  }
}

/** Raised when a change would leave a helpdesk without an active admin. */
export class LastAdmin extends DomainError {
  readonly code = 'last_admin';
  constructor() {
    super('This is the last active admin: make another user one first.');
  }
}
