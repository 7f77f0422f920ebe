import { isUniqueViolation } from '@helpdeskly/database';
import { DomainError } from '@helpdeskly/errors';

/** Raised when another operator has this email, in any case. */
export class OperatorEmailTaken extends DomainError {
  readonly code = 'email_taken';
  constructor() {
    super('Another operator has this email.');
  }
}

/** Raised when a change would leave no active OWNER. */
export class LastOwner extends DomainError {
  readonly code = 'last_owner';
  constructor() {
    super('This is the last active OWNER: make another operator one first.');
  }
}

/** Waits for `written`. Throws OperatorEmailTaken if another operator got the email first. */
export async function orEmailTaken<T>(written: Promise<T>): Promise<T> {
  try {
    return await written;
  } catch (error) {
    throw isUniqueViolation(error, 'Operator_emailKey_key') ? new OperatorEmailTaken() : error;
  }
}
