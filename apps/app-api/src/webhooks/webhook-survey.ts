import type { CatalogTenant } from '@helpdeskly/catalog';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { TimerSurvey } from '../edge/timer-survey.js';
import { hasWork } from './webhook-feed.queries.js';
import { WebhookTimer } from './webhook-timer.js';

/** Finds tenants with webhooks: their jobs may have been lost with the queue, or with a process that died after a commit. */
@Injectable()
export class WebhookSurvey extends TimerSurvey {
  override readonly task = 'webhook_survey';
  override readonly steps = 60;

  constructor(
    tenants: BackgroundTenants,
    private readonly db: TenantDatabase,
    timer: WebhookTimer,
  ) {
    super(tenants, timer);
  }

  override async look(tenant: CatalogTenant): Promise<number | undefined> {
    return (await this.tenants.run(tenant, () => hasWork(this.db.client))) ? 0 : undefined;
  }
}
