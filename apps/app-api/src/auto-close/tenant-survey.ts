import type { CatalogTenant } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import { TenantVisits } from '../edge/tenant-visits.js';
import { AutoCloseMetrics } from './auto-close-metrics.js';
import { AutoCloseQueue, type SurveyProgress } from './auto-close-queue.js';
import { AutoCloseSettings } from './auto-close-settings.js';
import { nextDueInMs } from './due-tickets.queries.js';

/** Tenants that one step looks at. */
const step = 50;
/** Steps of a round, when there are as many tenants as that: 1440 of a day are a minute each. */
const stepsPerRound = 1440;

/** What a step leaves to the next one, and in how many milliseconds that is. */
export interface SurveyStep {
  readonly progress: SurveyProgress;
  readonly againInMs: number;
}

/**
 * Looks at every ACTIVE tenant once in a round, some at a time, and queues what a tenant should have in the queue. This finds
 * again what a queue has lost that was emptied, and what was resolved before there was one. A round ends by taking out the jobs
 * of tenants that were purged.
 */
@Injectable()
export class TenantSurvey {
  private readonly log = new Logger('TenantSurvey');

  constructor(
    private readonly visits: TenantVisits,
    private readonly db: TenantDatabase,
    private readonly queue: AutoCloseQueue,
    private readonly settings: AutoCloseSettings,
    private readonly metrics: AutoCloseMetrics,
  ) {}

  /** A step that was cut off is done again: looking twice is harmless. */
  next({ after, since }: SurveyProgress): Promise<SurveyStep> {
    return this.metrics.survey(async () => {
      const { surveyMs } = this.settings;
      const tenants = await this.visits.activeAfter(after, step);
      for (const tenant of tenants) await this.look(tenant);
      const last = tenants.at(-1);
      if (tenants.length === step && last !== undefined)
        return { progress: { after: last.id, since }, againInMs: surveyMs / stepsPerRound };
      await this.queue.forget((ids) => this.visits.existing(ids));
      const next = Math.max(since + surveyMs, Date.now());
      return { progress: { after: null, since: next }, againInMs: next - Date.now() };
    });
  }

  /** One whose database is away holds nobody up: its job finds out when it is back. */
  private async look(tenant: CatalogTenant): Promise<void> {
    this.metrics.visited('survey');
    let dueInMs: number | undefined;
    try {
      dueInMs = await this.visits.run(tenant, () => nextDueInMs(this.db.client, this.settings.ageMs));
    } catch (error) {
      this.log.warn({ msg: `A tenant is looked at later: ${describeFailure(error)}`, tenantId: tenant.id });
      dueInMs = 0;
    }
    if (dueInMs !== undefined) await this.queue.ensure({ tenantId: tenant.id, generation: tenant.generation }, dueInMs);
  }
}
