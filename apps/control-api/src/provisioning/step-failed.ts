import { describeFailure } from '@helpdeskly/database';
import { DomainError } from '@helpdeskly/errors';

/** Raised by the step at which a run ended; operators may see the message. */
export class StepFailed extends Error {
  constructor(
    readonly step: string,
    override readonly cause: unknown,
  ) {
    const code = cause instanceof DomainError ? `${cause.code}: ` : '';
    super(`${step}: ${code}${describeFailure(cause)}`);
    this.name = 'StepFailed';
  }
}
