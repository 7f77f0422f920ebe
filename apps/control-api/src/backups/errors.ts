import { DomainError } from '@helpdeskly/errors';

/** Raised when a tenant has no database that could be backed up. */
export class NothingToBackUp extends DomainError {
  readonly code = 'invalid_transition';
  constructor(slug: string, status: string) {
    super(`${slug} has no database to back up while it is ${status}.`, {
      members: { from: status, to: status, allowed: [] },
    });
  }
}

/** Raised when somebody deletes a backup that is being written. */
export class BackupUnderWay extends DomainError {
  readonly code = 'invalid_transition';
  constructor() {
    super('The backup is being written: delete it when it is DONE or FAILED.', {
      members: { from: 'RUNNING', to: 'DELETED', allowed: ['DONE', 'FAILED'] },
    });
  }
}
