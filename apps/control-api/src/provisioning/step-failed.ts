import { describeFailure } from '@helpdeskly/database';

/** Raised by the step that a run ended at; the message is fit for operators' eyes. */
export class StepFailed extends Error {
  constructor(
    readonly step: string,
    override readonly cause: unknown,
  ) {
    super(`${step}: ${describeFailure(cause)}`);
    this.name = 'StepFailed';
  }
}
