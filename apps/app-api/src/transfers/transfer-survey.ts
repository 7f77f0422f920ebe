import type { CatalogTenant } from '@helpdeskly/catalog';
import type { TenantJob } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import type { Survey } from '../edge/tenant-rounds.js';
import { DueExports } from './exports/due-exports.js';
import { DueImports } from './imports/due-imports.js';
import { soonest } from './soonest.js';
import { TransferTimer } from './transfer-timer.js';

/** Finds tenants whose job was lost, with the queue or with a process that died between a commit and the job. */
@Injectable()
export class TransferSurvey implements Survey {
  readonly task = 'transfer_survey';
  readonly steps = 60;
  /** Such a tenant is looked at in the next round. */
  readonly whenAwayInMs = undefined;

  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly exports: DueExports,
    private readonly imports: DueImports,
    private readonly timer: TransferTimer,
  ) {}

  look(tenant: CatalogTenant): Promise<number | undefined> {
    return this.tenants.run(tenant, async () => soonest(await this.exports.nextInMs(), await this.imports.nextInMs()));
  }

  queue(job: TenantJob, inMs: number): void {
    this.timer.expect(job, Date.now() + inMs);
  }
}
