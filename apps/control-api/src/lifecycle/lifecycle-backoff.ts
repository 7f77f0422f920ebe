import type { LifecycleTask } from './lifecycle-task.js';

const firstPauseMs = 2000;
/** Who must not get in any longer, or is to be gone, waits for nothing that passes. */
const longestPauseMs: Readonly<Record<LifecycleTask, number>> = {
  access: 5000,
  purge: 5000,
  rotate: 60_000,
  retire: 60_000,
};

/** The pause after a task has failed for the `attempts`-th time, in milliseconds: doubled each time, up to a bound, half left to chance. */
export function pauseAfter(task: LifecycleTask, attempts: number, chance = Math.random()): number {
  const pauseMs = Math.min(longestPauseMs[task], firstPauseMs * 2 ** Math.min(attempts - 1, 10));
  return Math.round(pauseMs * (0.5 + chance / 2));
}
