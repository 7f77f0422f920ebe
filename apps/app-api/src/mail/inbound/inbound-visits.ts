import type { TenantJob, TimerVisit } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../../edge/background-tenants.js';
import { DueMails } from './due-mails.js';

/** How soon a tenant that is not ACTIVE is asked about again. */
const asksEveryMs = 60_000;

/** Files some mails of a tenant at a time. */
@Injectable()
export class InboundVisits {
  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly mails: DueMails,
  ) {}

  async visit({ tenantId }: TenantJob): Promise<TimerVisit> {
    const tenant = await this.tenants.find(tenantId);
    if (tenant === undefined) return { outcome: 'superseded', againInMs: undefined };
    if (tenant.status !== 'ACTIVE') return { outcome: 'superseded', againInMs: asksEveryMs };
    const againInMs = await this.tenants.run(tenant, async () => {
      await this.mails.fileSome();
      return this.mails.nextInMs();
    });
    return { outcome: 'done', againInMs };
  }
}
