import { DomainError } from '@helpdeskly/errors';

/** Raised when the staff or one person has as many views as may be counted at once. */
export class TooManyViews extends DomainError {
  readonly code = 'limit_reached';
  constructor(most: number) {
    super(`There are ${most} of these views already: delete one first.`);
  }
}
