import { Metrics } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { ProvisioningQueue } from './provisioning-queue.js';

/** How long each step takes, how tenants end up, and how many wait. */
@Injectable()
export class ProvisioningMetrics {
  private readonly steps: Histogram<'step' | 'outcome'>;
  private readonly tenants: Counter<'outcome'>;

  constructor({ registry }: Metrics, queue: ProvisioningQueue) {
    this.steps = new Histogram({
      name: 'helpdeskly_provisioning_step_seconds',
      help: 'Duration of each step of provisioning',
      labelNames: ['step', 'outcome'],
      buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
      registers: [registry],
    });
    this.tenants = new Counter({
      name: 'helpdeskly_provisioning_tenants_total',
      help: 'Tenants whose provisioning ended here, by their status',
      labelNames: ['outcome'],
      registers: [registry],
    });
    new Gauge({
      name: 'helpdeskly_queue_jobs',
      help: 'Jobs in the queue, by state; none while the queue cannot be reached',
      labelNames: ['queue', 'state'],
      registers: [registry],
      async collect() {
        this.reset();
        const depth = await queue.depth().catch(() => ({}));
        for (const [state, count] of Object.entries(depth)) this.set({ queue: 'provisioning', state }, count);
      },
    });
  }

  async time(step: string, work: () => Promise<void>): Promise<void> {
    const end = this.steps.startTimer({ step });
    try {
      await work();
      end({ outcome: 'done' });
    } catch (error) {
      end({ outcome: 'failed' });
      throw error;
    }
  }

  finished(outcome: 'ACTIVE' | 'FAILED'): void {
    this.tenants.inc({ outcome });
  }
}
