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

/** Raised when somebody deletes a backup that is being written, verified or restored. */
export class BackupUnderWay extends DomainError {
  readonly code = 'invalid_transition';
  constructor(status: string) {
    super('The backup is being written, verified or restored: delete it when that is over.', {
      members: { from: status, to: 'DELETED', allowed: [] },
    });
  }
}

/** Raised when somebody verifies a backup that has no archive. */
export class NothingToVerify extends DomainError {
  readonly code = 'invalid_transition';
  constructor(status: string) {
    super(`The backup is ${status}: only one that is DONE can be verified.`, {
      members: { from: status, to: status, allowed: [] },
    });
  }
}

/** Raised when somebody restores from a backup that has no archive. */
export class NothingToRestore extends DomainError {
  readonly code = 'invalid_transition';
  constructor(status: string) {
    super(`The backup is ${status}: only one that is DONE can be restored.`, {
      members: { from: status, to: status, allowed: [] },
    });
  }
}
