import { DomainError } from '@helpdeskly/errors';

/** Raised when whoever ordered a run may not do its work any more. */
export class OrdererGone extends DomainError {
  readonly code = 'forbidden';
  constructor() {
    super('Whoever ordered this run may no longer change tenants.');
  }
}

/** Raised for one tenant when its work failed in a way that we do not know. */
export class UnexpectedFailure extends DomainError {
  readonly code = 'internal_error';
  constructor() {
    super('Something went wrong on our side. The request id helps us to find it.');
  }
}
