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

  visit(job: TenantJob): Promise<TimerVisit> {
    return this.tenants.visit(job, asksEveryMs, (tenant) =>
      this.tenants.run(tenant, async () => {
        await this.mails.fileSome();
        return this.mails.nextInMs();
      }),
    );
  }
}
