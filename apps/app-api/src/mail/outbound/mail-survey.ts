import type { CatalogTenant } from '@helpdeskly/catalog';
import type { TenantJob } from '@helpdeskly/queue';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../../edge/background-tenants.js';
import type { Survey } from '../../edge/tenant-rounds.js';
import { MailTimer } from '../../mail-core/mail-timer.js';
import { nextDueInMs } from './due-mails.queries.js';

/**
 * Finds tenants with mails that wait: their job may have been lost with the queue, or with a process that died between a commit and the
 * job. A round ends by taking out the jobs of tenants that were purged.
 */
@Injectable()
export class MailSurvey implements Survey {
  readonly task = 'mail_survey';
  readonly steps = 60;
  /** Its job finds out when the database is back. */
  readonly whenAwayInMs = 0;

  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly db: TenantDatabase,
    private readonly timer: MailTimer,
  ) {}

  look(tenant: CatalogTenant): Promise<number | undefined> {
    return this.tenants.run(tenant, () => nextDueInMs(this.db.client));
  }

  async queue(job: TenantJob, inMs: number): Promise<void> {
    await this.timer.ensure(job, inMs);
  }

  atItsEnd(): Promise<void> {
    return this.timer.forget((ids) => this.tenants.existing(ids));
  }
}
