import { Periodic } from '@helpdeskly/queue';
import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { BackgroundMetrics, BackgroundTask } from './background-metrics.js';

/** Repeats a task while the application runs, and counts its results. */
export class BackgroundWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly periodic: Periodic;

  /** `intervalMs` of 0: never. */
  constructor(
    background: BackgroundMetrics,
    task: BackgroundTask,
    run: () => Promise<void>,
    private readonly intervalMs: number,
  ) {
    this.periodic = new Periodic(intervalMs, () => background.count(task, run), new Logger(task));
  }

  onApplicationBootstrap(): void {
    if (this.intervalMs > 0) this.periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.periodic.stop();
  }
}
