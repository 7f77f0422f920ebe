import type { TenantJob, TimerVisit } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { DueExports } from './exports/due-exports.js';
import { DueImports } from './imports/due-imports.js';
import { soonest } from './soonest.js';

/** How soon a tenant that is not ACTIVE is asked about again. */
const asksEveryMs = 60_000;

/** Does what is due of a tenant's exports and imports, one after the other. */
@Injectable()
export class TransferVisits {
  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly exports: DueExports,
    private readonly imports: DueImports,
  ) {}

  visit(job: TenantJob): Promise<TimerVisit> {
    return this.tenants.visit(job, asksEveryMs, (tenant) =>
      this.tenants.run(tenant, async () => soonest(await this.exports.work(), await this.imports.work())),
    );
  }
}
