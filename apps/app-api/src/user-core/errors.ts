import { DomainError } from '@helpdeskly/errors';

/** Raised when a change would leave a helpdesk without an active admin. */
export class LastAdmin extends DomainError {
  readonly code = 'last_admin';
  constructor() {
    super('This is the last active admin: make another user one first.');
  }
}

/** Raised when something is done to an account that was joined with another: it is nobody's any more. */
export class UserMerged extends DomainError {
  readonly code = 'user_merged';
  constructor(intoId: string) {
    super(`This account was joined with ${intoId}: name that one.`, { members: { mergedIntoId: intoId } });
  }
}
