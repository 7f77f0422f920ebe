import type { Readable, Writable } from 'node:stream';
import type { OpsConfig } from '@helpdeskly/config';

/** Where a command runs. */
export interface Surroundings {
  readonly config: OpsConfig;
  readonly input: Readable;
  /** Results. */
  readonly output: Writable;
  /** What went wrong, progress and prompts. */
  readonly errors: Writable;
  /** Whether somebody types. */
  readonly isTyped: boolean;
  /** Whether somebody reads the results. */
  readonly isRead: boolean;
  readonly columns: number;
  /** Opens a page in a browser; false if that cannot be done. */
  readonly open: (address: string) => Promise<boolean>;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}
