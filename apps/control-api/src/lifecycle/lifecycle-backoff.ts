import type { LifecycleTask } from './lifecycle-task.js';

const firstPauseMs = 2000;
/** Tasks that lock a tenant out or delete it must not wait long. */
const longestPauseMs: Readonly<Record<LifecycleTask, number>> = {
  access: 5000,
  purge: 5000,
  rotate: 60_000,
  retire: 60_000,
};

/** The pause after a task's `attempts`-th failure, in milliseconds: doubled each time, up to a limit; half of it is random. */
export function pauseAfter(task: LifecycleTask, attempts: number, chance = Math.random()): number {
  const pauseMs = Math.min(longestPauseMs[task], firstPauseMs * 2 ** Math.min(attempts - 1, 10));
  return Math.round(pauseMs * (0.5 + chance / 2));
}
