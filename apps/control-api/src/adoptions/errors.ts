import { DomainError } from '@helpdeskly/errors';

/** Raised for a database that cannot be taken into the catalog; `why` is a sentence. */
export class AdoptionUnavailable extends DomainError {
  readonly code = 'adoption_unavailable';
  constructor(why: string) {
    super(why);
  }
}
