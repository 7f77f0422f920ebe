import type { CatalogTenant } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import type { RoundProgress, RoundStep, TenantJob } from '@helpdeskly/queue';
import { Injectable, Logger } from '@nestjs/common';
import { AppBackground, type BackgroundTask } from './app-background.js';
import { BackgroundTenants } from './background-tenants.js';

/** Tenants that one step looks at. */
const tenantsPerStep = 50;

/** What a round through all tenants looks for, and what it does with those in which it is. */
export interface Survey {
  /** As which its steps are counted. */
  readonly task: BackgroundTask;
  /** Of a round, when there are as many tenants as that. */
  readonly steps: number;
  /** In how many milliseconds there is something to do in a tenant; undefined when there is nothing. */
  look(tenant: CatalogTenant): Promise<number | undefined>;
  /** What is taken for a tenant whose database is away. */
  readonly whenAwayInMs: number | undefined;
  /** Has a tenant's job begin by then. */
  queue(job: TenantJob, inMs: number): void | Promise<void>;
  /** When all have been looked at. */
  atItsEnd?(): Promise<void>;
}

/** Looks at every ACTIVE tenant in turn, some at each step. A step that was cut off is done again: looking twice is harmless. */
@Injectable()
export class TenantRounds {
  private readonly log = new Logger('TenantRounds');

  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly background: AppBackground,
  ) {}

  /** `roundMs` is between the beginnings of two rounds, unless one takes longer. */
  step(survey: Survey, progress: RoundProgress, roundMs: number): Promise<RoundStep> {
    return this.background.count(survey.task, () => this.lookAtSome(survey, progress, roundMs));
  }

  private async lookAtSome(survey: Survey, { after, since }: RoundProgress, roundMs: number): Promise<RoundStep> {
    const tenants = await this.tenants.activeAfter(after, tenantsPerStep);
    for (const tenant of tenants) await this.lookAt(tenant, survey);
    const last = tenants.at(-1);
    if (tenants.length === tenantsPerStep && last !== undefined)
      return { progress: { after: last.id, since }, againInMs: roundMs / survey.steps };
    await survey.atItsEnd?.();
    const next = Math.max(since + roundMs, Date.now());
    return { progress: { after: null, since: next }, againInMs: next - Date.now() };
  }

  /** A tenant whose database is away holds nobody up. */
  private async lookAt(tenant: CatalogTenant, survey: Survey): Promise<void> {
    const { id: tenantId, generation } = tenant;
    let inMs: number | undefined;
    try {
      inMs = await survey.look(tenant);
    } catch (error) {
      this.log.warn({ msg: `A tenant is looked at later: ${describeFailure(error)}`, task: survey.task, tenantId });
      inMs = survey.whenAwayInMs;
    }
    if (inMs !== undefined) await survey.queue({ tenantId, generation }, inMs);
  }
}
