import { DomainError } from '@helpdeskly/errors';

/** Raised when single tickets are to come back into a database that lacks migrations, or has others. */
export class SchemaBehind extends DomainError {
  readonly code = 'invalid_transition';
  constructor(slug: string, status: string) {
    super(`The database of ${slug} does not have the newest schema: migrate it first.`, {
      members: { from: status, to: status, allowed: [] },
    });
  }
}

/** Raised when a tenant has no database whose place an archive could take, another archive is about to take it, or the tenant moves. */
export class NothingToReplace extends DomainError {
  readonly code = 'invalid_transition';
  constructor(slug: string, status: string) {
    super(
      `The database of ${slug} cannot be replaced: it is ${status}, another archive is being restored, or it moves to another server.`,
      {
        members: { from: status, to: status, allowed: [] },
      },
    );
  }
}
