import type { CatalogTenant } from '@helpdeskly/catalog';
import type { TenantJob } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../../edge/background-tenants.js';
import type { Survey } from '../../edge/tenant-rounds.js';
import { DueMails } from './due-mails.js';
import { InboundTimer } from './inbound-timer.js';

/** Finds tenants with mails: their job may have been lost with the queue, or with a process that died after it had stored one. */
@Injectable()
export class InboundSurvey implements Survey {
  readonly task = 'inbound_mail_survey';
  readonly steps = 60;
  /** Its job finds out when the database is back. */
  readonly whenAwayInMs = 0;

  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly mails: DueMails,
    private readonly timer: InboundTimer,
  ) {}

  look(tenant: CatalogTenant): Promise<number | undefined> {
    return this.tenants.run(tenant, () => this.mails.nextInMs());
  }

  async queue(job: TenantJob, inMs: number): Promise<void> {
    await this.timer.ensure(job, inMs);
  }

  atItsEnd(): Promise<void> {
    return this.timer.forget((ids) => this.tenants.existing(ids));
  }
}
