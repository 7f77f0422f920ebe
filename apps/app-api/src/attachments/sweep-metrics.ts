import { Metrics } from '@helpdeskly/http';
import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';

/** Whether sweeps come to their end. */
@Injectable()
export class SweepMetrics {
  private readonly runs: Counter<'outcome'>;

  constructor(@Inject(Metrics) { registry }: Metrics) {
    this.runs = new Counter({
      name: 'helpdeskly_attachment_sweeps_total',
      help: 'Sweeps of files that no comment names, by outcome',
      labelNames: ['outcome'],
      registers: [registry],
    });
    for (const outcome of ['done', 'failed']) this.runs.inc({ outcome }, 0);
  }

  /** Runs it, counts how it ended, and throws what it threw. */
  async count(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.runs.inc({ outcome: 'failed' });
      throw error;
    }
    this.runs.inc({ outcome: 'done' });
  }
}
