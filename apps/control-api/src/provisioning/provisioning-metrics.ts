import { Metrics } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { stepNames } from './provisioning-steps.js';

const endings = ['ACTIVE', 'FAILED'] as const;

/** How long each step takes, and whether tenants end ACTIVE or FAILED. */
@Injectable()
export class ProvisioningMetrics {
  private readonly steps: Histogram<'step' | 'outcome'>;
  private readonly tenants: Counter<'outcome'>;

  constructor({ registry }: Metrics) {
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
    for (const step of stepNames) for (const outcome of ['done', 'failed']) this.steps.zero({ step, outcome });
    for (const outcome of endings) this.tenants.inc({ outcome }, 0);
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

  finished(outcome: (typeof endings)[number]): void {
    this.tenants.inc({ outcome });
  }
}
