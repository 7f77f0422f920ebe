import type { TenantJob, TimerVisit } from '@helpdeskly/queue';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { TicketWrites } from '../ticket-core/ticket-writes.js';
import { AutoCloseMetrics } from './auto-close-metrics.js';
import { AutoCloseSettings } from './auto-close-settings.js';
import { batch, closeDueTickets, nextDueInMs } from './due-tickets.queries.js';

/** A ticket that somebody writes to, or a clock that is a little behind, must not make a job run without a pause. */
const shortestPauseMs = 1000;
/** A tenant that is not ACTIVE is asked about so often in the time of a survey. */
const asksPerSurvey = 24;

/** Closes what is due in one tenant. Its database says what that is: doing it again, or at any other time, is harmless. */
@Injectable()
export class TenantCloser {
  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly db: TenantDatabase,
    private readonly settings: AutoCloseSettings,
    private readonly metrics: AutoCloseMetrics,
    private readonly writes: TicketWrites,
  ) {}

  /** A tenant that is not ACTIVE is left alone, and asked about again until it is. */
  async visit({ tenantId }: TenantJob): Promise<TimerVisit> {
    const tenant = await this.tenants.find(tenantId);
    if (tenant === undefined) return { outcome: 'superseded', againInMs: undefined };
    if (tenant.status !== 'ACTIVE')
      return { outcome: 'superseded', againInMs: Math.max(this.settings.surveyMs / asksPerSurvey, shortestPauseMs) };
    this.metrics.visited('due');
    const dueInMs = await this.tenants.run(tenant, () => this.closeAll());
    return { outcome: 'done', againInMs: dueInMs === undefined ? undefined : Math.max(dueInMs, shortestPauseMs) };
  }

  /** In how many milliseconds the next one is due. */
  private async closeAll(): Promise<number | undefined> {
    const { ageMs } = this.settings;
    let closed: number;
    do {
      closed = await this.db.transaction((tx) => closeDueTickets(tx, this.writes, ageMs));
      this.metrics.closed(closed);
    } while (closed === batch);
    return nextDueInMs(this.db.client, ageMs);
  }
}
