import type { CatalogTenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { TimerSurvey } from '../edge/timer-survey.js';
import { AutoCloseMetrics } from './auto-close-metrics.js';
import { AutoCloseTimer } from './auto-close-timer.js';
import { DueTickets } from './due-tickets.js';

/**
 * Finds tenants with resolved tickets, and queues what they should have in the queue. This finds again what a queue has lost that
 * was emptied, and what was resolved before there was one.
 */
@Injectable()
export class AutoCloseSurvey extends TimerSurvey {
  override readonly task = 'auto_close_survey';
  /** A day's are a minute each. */
  override readonly steps = 1440;

  constructor(
    tenants: BackgroundTenants,
    private readonly tickets: DueTickets,
    timer: AutoCloseTimer,
    private readonly metrics: AutoCloseMetrics,
  ) {
    super(tenants, timer);
  }

  override look(tenant: CatalogTenant): Promise<number | undefined> {
    this.metrics.visited('survey');
    return this.tenants.run(tenant, () => this.tickets.nextInMs());
  }
}
