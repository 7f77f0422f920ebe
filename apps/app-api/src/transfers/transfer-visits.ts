import type { TenantJob, TimerVisit } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { DueExports } from './exports/due-exports.js';

/** How soon a tenant that is not ACTIVE is asked about again. */
const asksEveryMs = 60_000;

/** Does what is due of a tenant's exports, one after the other. */
@Injectable()
export class TransferVisits {
  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly exports: DueExports,
  ) {}

  async visit({ tenantId }: TenantJob): Promise<TimerVisit> {
    const tenant = await this.tenants.find(tenantId);
    if (tenant === undefined) return { outcome: 'superseded', againInMs: undefined };
    if (tenant.status !== 'ACTIVE') return { outcome: 'superseded', againInMs: asksEveryMs };
    const nextAt = await this.tenants.run(tenant, () => this.exports.work());
    return {
      outcome: 'done',
      againInMs: nextAt === undefined ? undefined : Math.max(0, nextAt.getTime() - Date.now()),
    };
  }
}
