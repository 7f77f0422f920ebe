import { DomainError } from '@helpdeskly/errors';

/** Raised when a tenant has no database whose place an archive could take, or another archive is about to take it. */
export class NothingToReplace extends DomainError {
  readonly code = 'invalid_transition';
  constructor(slug: string, status: string) {
    super(`The database of ${slug} cannot be replaced: it is ${status}, or another archive is being restored.`, {
      members: { from: status, to: status, allowed: [] },
    });
  }
}
