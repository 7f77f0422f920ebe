import type { TenantJob, TimerVisit } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { BulkRunner } from './bulk-runner.js';

/** How soon a tenant that is not ACTIVE is asked about again. */
const asksEveryMs = 60_000;

/** Does some tickets of a tenant's runs at a time: then it is the turn of other tenants that wait. */
@Injectable()
export class BulkVisits {
  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly runner: BulkRunner,
  ) {}

  visit(job: TenantJob): Promise<TimerVisit> {
    return this.tenants.visit(job, asksEveryMs, async (tenant) => {
      const isMore = await this.tenants.run(tenant, () => this.runner.next());
      return isMore ? 0 : undefined;
    });
  }
}
