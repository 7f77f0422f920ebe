import { DomainError } from '@helpdeskly/errors';

/** Raised when two tickets are linked in that way already. */
export class LinkExists extends DomainError {
  readonly code = 'link_exists';
  constructor() {
    super('The two tickets already have this link.');
  }
}

/** Raised when a ticket has as many links as it may have. */
export class TooManyLinks extends DomainError {
  readonly code = 'too_many_links';
  constructor(most: number) {
    super(`A ticket may have ${most} links.`);
  }
}
