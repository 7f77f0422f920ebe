import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { Periodic } from '../queues/periodic.js';
import { Reconciler } from './reconciler.js';

/** Lets the reconciler look again and again. */
@Injectable()
export class ReconciliationWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly periodic: Periodic;

  constructor(
    reconciler: Reconciler,
    background: BackgroundMetrics,
    private readonly intervalMs: number,
  ) {
    const run = () => background.count('reconciliation', () => reconciler.run());
    this.periodic = new Periodic(intervalMs, run, new Logger('ReconciliationWatch'));
  }

  onApplicationBootstrap(): void {
    if (this.intervalMs > 0) this.periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.periodic.stop();
  }
}
