import type { CatalogTenant } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import type { RoundProgress, RoundStep } from '@helpdeskly/queue';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import { roundStep } from '../edge/tenant-round.js';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { AutoCloseMetrics } from './auto-close-metrics.js';
import { AutoCloseTimer } from './auto-close-timer.js';
import { AutoCloseSettings } from './auto-close-settings.js';
import { nextDueInMs } from './due-tickets.queries.js';

/** Steps of a round, when there are as many tenants as that: 1440 of a day are a minute each. */
const stepsPerRound = 1440;

/**
 * Looks at every ACTIVE tenant once in a round, some at a time, and queues what a tenant should have in the queue. This finds
 * again what a queue has lost that was emptied, and what was resolved before there was one. A round ends by taking out the jobs
 * of tenants that were purged.
 */
@Injectable()
export class TenantSurvey {
  private readonly log = new Logger('TenantSurvey');

  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly db: TenantDatabase,
    private readonly timer: AutoCloseTimer,
    private readonly settings: AutoCloseSettings,
    private readonly metrics: AutoCloseMetrics,
  ) {}

  next(progress: RoundProgress): Promise<RoundStep> {
    const { surveyMs } = this.settings;
    return this.metrics.survey(() =>
      roundStep(this.tenants, progress, {
        roundMs: surveyMs,
        pauseMs: surveyMs / stepsPerRound,
        look: (tenant) => this.look(tenant),
        atItsEnd: () => this.timer.forget((ids) => this.tenants.existing(ids)),
      }),
    );
  }

  /** One whose database is away holds nobody up: its job finds out when it is back. */
  private async look(tenant: CatalogTenant): Promise<void> {
    this.metrics.visited('survey');
    let dueInMs: number | undefined;
    try {
      dueInMs = await this.tenants.run(tenant, () => nextDueInMs(this.db.client, this.settings.ageMs));
    } catch (error) {
      this.log.warn({ msg: `A tenant is looked at later: ${describeFailure(error)}`, tenantId: tenant.id });
      dueInMs = 0;
    }
    if (dueInMs !== undefined) await this.timer.ensure({ tenantId: tenant.id, generation: tenant.generation }, dueInMs);
  }
}
