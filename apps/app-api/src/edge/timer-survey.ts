import type { CatalogTenant } from '@helpdeskly/catalog';
import type { TenantJob, TenantTimer } from '@helpdeskly/queue';
import type { BackgroundTask } from './app-background.js';
import type { BackgroundTenants } from './background-tenants.js';
import type { Survey } from './tenant-rounds.js';

/** A survey that has a timer's jobs in the queue again. A round ends by taking out the jobs of tenants that were purged. */
export abstract class TimerSurvey implements Survey {
  abstract readonly task: BackgroundTask;
  abstract readonly steps: number;
  /** Its job finds out when the database is back. */
  readonly whenAwayInMs = 0;

  constructor(
    protected readonly tenants: BackgroundTenants,
    private readonly timer: TenantTimer,
  ) {}

  abstract look(tenant: CatalogTenant): Promise<number | undefined>;

  async queue(job: TenantJob, inMs: number): Promise<void> {
    await this.timer.ensure(job, inMs);
  }

  atItsEnd(): Promise<void> {
    return this.timer.forget((ids) => this.tenants.existing(ids));
  }
}
