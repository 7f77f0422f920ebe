import { Metrics } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import type { MigrationOutcome } from './tenant-migrator.js';

type Outcome = MigrationOutcome['state'];
const outcomes: readonly Outcome[] = ['DONE', 'FAILED', 'DRIFTED', 'GONE', 'STOPPED', 'AWAY'];

/** The results of migrations of tenants' databases in this process. */
@Injectable()
export class MigrationMetrics {
  private readonly tenants: Counter<'outcome'>;

  constructor({ registry }: Metrics) {
    this.tenants = new Counter({
      name: 'helpdeskly_tenant_migrations_total',
      help: "Tenants' databases that migration runs saw to, by outcome",
      labelNames: ['outcome'],
      registers: [registry],
    });
    for (const outcome of outcomes) this.tenants.inc({ outcome: outcome.toLowerCase() }, 0);
  }

  count(outcome: Outcome): void {
    this.tenants.inc({ outcome: outcome.toLowerCase() });
  }
}
