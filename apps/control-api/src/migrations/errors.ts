import { DomainError } from '@helpdeskly/errors';

/** Raised while another migration run is active: one at a time. */
export class RunInProgress extends DomainError {
  readonly code = 'run_in_progress';
  constructor(runId: string) {
    super(`The migration run ${runId} is under way: let it end, or cancel it.`, { members: { runId } });
  }
}
