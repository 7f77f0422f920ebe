import { DomainError } from '@helpdeskly/errors';

/** Raised when another plan has that name. */
export class PlanNameTaken extends DomainError {
  readonly code = 'name_taken';
  constructor(name: string) {
    super(`Another plan is called ${name}.`);
  }
}

/** Raised when a plan cannot go, or cannot lose its name, because something relies on it. */
export class PlanInUse extends DomainError {
  readonly code = 'plan_in_use';
}
