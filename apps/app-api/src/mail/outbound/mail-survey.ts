import type { CatalogTenant } from '@helpdeskly/catalog';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../../edge/background-tenants.js';
import { TimerSurvey } from '../../edge/timer-survey.js';
import { MailTimer } from '../../mail-core/mail-timer.js';
import { nextDueInMs } from './due-mails.queries.js';

/**
 * Finds tenants with mails that wait: their job may have been lost with the queue, or with a process that died between a commit and the
 * job.
 */
@Injectable()
export class MailSurvey extends TimerSurvey {
  override readonly task = 'mail_survey';
  override readonly steps = 60;

  constructor(
    tenants: BackgroundTenants,
    private readonly db: TenantDatabase,
    timer: MailTimer,
  ) {
    super(tenants, timer);
  }

  override look(tenant: CatalogTenant): Promise<number | undefined> {
    return this.tenants.run(tenant, () => nextDueInMs(this.db.client));
  }
}
