import type { Metrics } from '@helpdeskly/service';
import { Counter, Gauge } from 'prom-client';

/** Counts the results of a process's periodic tasks. */
export class BackgroundRuns<Task extends string> {
  private readonly runs: Counter<'task' | 'outcome'>;
  private readonly successes: Gauge<'task'>;

  constructor({ registry }: Metrics, tasks: readonly Task[]) {
    this.runs = new Counter({
      name: 'helpdeskly_background_runs_total',
      help: 'Runs of background tasks, by outcome',
      labelNames: ['task', 'outcome'],
      registers: [registry],
    });
    for (const task of tasks) for (const outcome of ['done', 'failed']) this.runs.inc({ task, outcome }, 0);
    this.successes = new Gauge({
      name: 'helpdeskly_background_last_success_timestamp_seconds',
      help: 'When a background task last ran through here, in seconds since 1970; absent until it did',
      labelNames: ['task'],
      registers: [registry],
    });
  }

  /** Runs `run`, counts its result, and throws its error. */
  async count<T>(task: Task, run: () => Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await run();
    } catch (error) {
      this.runs.inc({ task, outcome: 'failed' });
      throw error;
    }
    this.runs.inc({ task, outcome: 'done' });
    this.successes.set({ task }, Date.now() / 1000);
    return result;
  }
}
