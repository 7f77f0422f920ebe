import { DomainError } from '@helpdeskly/errors';

/** Raised while another fleet query runs: together they would exceed the connections that support may use. */
export class FleetQueryInProgress extends DomainError {
  readonly code = 'run_in_progress';
  constructor() {
    super('Another fleet query is under way: ask again when it has ended.');
  }
}
