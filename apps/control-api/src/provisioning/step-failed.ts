import { describeFailure } from '@helpdeskly/database';

/** Raised by the step at which a run ended; operators may see the message. */
export class StepFailed extends Error {
  constructor(
    readonly step: string,
    override readonly cause: unknown,
  ) {
    super(`${step}: ${describeFailure(cause)}`);
    this.name = 'StepFailed';
  }
}
