import { describeFailure, isConnectionFailure, sqlState } from '@helpdeskly/database';
import { isContention } from '../tenant-databases/contention.js';
import { SchemaMovedOn } from './newest-schema.js';

export { describeFailure };

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

/**
 * Whether waiting may help: the server is away, restarting, full, somebody holds a lock, or this side was a
 * deadlock's victim, or the schema moved on. Everything else (a broken migration, a missing
 * privilege, a wrong password) will be the same next time.
 * Source: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export function mayPass(error: unknown): boolean {
  if (error instanceof SchemaMovedOn || isContention(error)) return true;
  const state = sqlState(error) ?? '';
  if (/^(40|53|55006|55P03)/.test(state)) return true;
  return isConnectionFailure(error) && !/^(28|3D)/.test(state);
}
