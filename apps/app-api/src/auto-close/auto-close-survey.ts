import type { CatalogTenant } from '@helpdeskly/catalog';
import type { TenantJob } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import type { Survey } from '../edge/tenant-rounds.js';
import { AutoCloseMetrics } from './auto-close-metrics.js';
import { AutoCloseTimer } from './auto-close-timer.js';
import { DueTickets } from './due-tickets.js';

/**
 * Finds tenants with resolved tickets, and queues what they should have in the queue. This finds again what a queue has lost that
 * was emptied, and what was resolved before there was one. A round ends by taking out the jobs of tenants that were purged.
 */
@Injectable()
export class AutoCloseSurvey implements Survey {
  readonly task = 'auto_close_survey';
  /** A day's are a minute each. */
  readonly steps = 1440;
  /** Its job finds out when the database is back. */
  readonly whenAwayInMs = 0;

  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly tickets: DueTickets,
    private readonly timer: AutoCloseTimer,
    private readonly metrics: AutoCloseMetrics,
  ) {}

  look(tenant: CatalogTenant): Promise<number | undefined> {
    this.metrics.visited('survey');
    return this.tenants.run(tenant, () => this.tickets.nextInMs());
  }

  async queue(job: TenantJob, inMs: number): Promise<void> {
    await this.timer.ensure(job, inMs);
  }

  atItsEnd(): Promise<void> {
    return this.timer.forget((ids) => this.tenants.existing(ids));
  }
}
