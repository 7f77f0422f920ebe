import { DomainError } from '@helpdeskly/errors';

/** Raised when another user has this email, in whatever case, or had it: `former` is whose it was, for the staff to know. */
export class EmailTaken extends DomainError {
  readonly code = 'email_taken';
  constructor(former?: { readonly id: string; readonly name: string }) {
    super(
      former === undefined
        ? 'Another user has this email.'
        : `This is a former address of “${former.name}”, who keeps it until it is taken from that user’s addresses.`,
      former === undefined ? {} : { members: { formerlyOfId: former.id } },
    );
  }
}

/** Raised when a change would leave a helpdesk without an active admin. */
export class LastAdmin extends DomainError {
  readonly code = 'last_admin';
  constructor() {
    super('This is the last active admin: make another user one first.');
  }
}

/** Raised when an account cannot be joined with another: only those of customers who are somebody are. */
export class UserNotMergeable extends DomainError {
  readonly code = 'user_not_mergeable';
}

/** Raised when something is done to an account that was joined with another: it is nobody's any more. */
export class UserMerged extends DomainError {
  readonly code = 'user_merged';
  constructor(intoId: string) {
    super(`This account was joined with ${intoId}: name that one.`, { members: { mergedIntoId: intoId } });
  }
}
