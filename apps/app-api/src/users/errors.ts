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

/** Raised when an account cannot be joined with another: only those of customers who are somebody are. */
export class UserNotMergeable extends DomainError {
  readonly code = 'user_not_mergeable';
}
