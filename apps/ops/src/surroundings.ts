import type { Readable, Writable } from 'node:stream';
import type { OpsConfig } from '@helpdeskly/config';

/** Where a command runs. */
export interface Surroundings {
  readonly config: OpsConfig;
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
  /** Whether somebody reads and types. */
  readonly isTerminal: boolean;
  readonly columns: number;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}
