import { DomainError } from '@helpdeskly/errors';

/** Raised when tickets of different authors would be merged: each would read what the other one wrote. */
export class MergeAuthorMismatch extends DomainError {
  readonly code = 'merge_author_mismatch';
  constructor() {
    super('The two tickets are of different authors.');
  }
}
