import { Metrics } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';

/** What the control plane does again and again by itself. */
const tasks = [
  'provisioning_sweep',
  'lifecycle_sweep',
  'warm_refill',
  'housekeeping',
  'migration_runs',
  'reconciliation',
  'isolation_probe',
  're_encryption',
  'signing_keys',
  'credential_rotations',
] as const;
export type BackgroundTask = (typeof tasks)[number];

/** How the runs of background tasks end. */
@Injectable()
export class BackgroundMetrics {
  private readonly runs: Counter<'task' | 'outcome'>;
  private readonly successes: Gauge<'task'>;

  constructor({ registry }: Metrics) {
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

  /** Runs it, counts how it ended, and throws what it threw. */
  async count(task: BackgroundTask, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.runs.inc({ task, outcome: 'failed' });
      throw error;
    }
    this.runs.inc({ task, outcome: 'done' });
    this.successes.set({ task }, Date.now() / 1000);
  }
}
