import type { CatalogTenant } from '@helpdeskly/catalog';
import type { TenantJob } from '@helpdeskly/queue';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import type { Survey } from '../edge/tenant-rounds.js';
import { BulkTimer } from './bulk-timer.js';

/**
 * Finds tenants with a run that has not ended: its job may have been lost with the queue, or with a process that died between the
 * run's commit and the job.
 */
@Injectable()
export class BulkSurvey implements Survey {
  readonly task = 'bulk_survey';
  readonly steps = 60;
  /** Such a tenant is looked at in the next round. */
  readonly whenAwayInMs = undefined;

  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly db: TenantDatabase,
    private readonly timer: BulkTimer,
  ) {}

  async look(tenant: CatalogTenant): Promise<number | undefined> {
    const open = await this.tenants.run(tenant, () =>
      this.db.client.bulkRun.findFirst({ where: { endedAt: null }, select: { id: true } }),
    );
    return open === null ? undefined : 0;
  }

  queue(job: TenantJob, inMs: number): void {
    this.timer.expect(job, Date.now() + inMs);
  }
}
