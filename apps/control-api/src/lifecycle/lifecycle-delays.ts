import type { LifecycleTask } from './lifecycle-queue.js';
import { retireAfterMs } from './rotation.js';

/** How long a task waits from when it is asked for, in milliseconds. */
export class LifecycleDelays {
  /** `queryTimeoutMs` is the longest that a statement of a request under way may take. */
  constructor(private readonly queryTimeoutMs: number) {}

  of(task: LifecycleTask): number {
    switch (task) {
      case 'access': // Requests that were accepted before may end.
        return this.queryTimeoutMs;
      case 'retire':
        return retireAfterMs;
      case 'rotate':
      case 'purge':
        return 0;
    }
  }
}
