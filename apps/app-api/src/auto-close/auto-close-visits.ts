import type { TenantJob, TimerVisit } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { AutoCloseMetrics } from './auto-close-metrics.js';
import { AutoCloseSettings } from './auto-close-settings.js';
import { DueTickets } from './due-tickets.js';

/** A ticket that somebody writes to, or a clock that is a little behind, must not make a job run without a pause. */
const shortestPauseMs = 1000;
/** A tenant that is not ACTIVE is asked about so often in the time of a survey. */
const asksPerSurvey = 24;

/** Closes what is due in one tenant. Its database says what that is: doing it again, or at any other time, is harmless. */
@Injectable()
export class AutoCloseVisits {
  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly tickets: DueTickets,
    private readonly settings: AutoCloseSettings,
    private readonly metrics: AutoCloseMetrics,
  ) {}

  /** A tenant that is not ACTIVE is left alone, and asked about again until it is. */
  visit(job: TenantJob): Promise<TimerVisit> {
    const asksEveryMs = Math.max(this.settings.surveyMs / asksPerSurvey, shortestPauseMs);
    return this.tenants.visit(job, asksEveryMs, async (tenant) => {
      this.metrics.visited('due');
      const dueInMs = await this.tenants.run(tenant, async () => {
        await this.tickets.closeAll();
        return this.tickets.nextInMs();
      });
      return dueInMs === undefined ? undefined : Math.max(dueInMs, shortestPauseMs);
    });
  }
}
