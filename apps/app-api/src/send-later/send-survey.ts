import type { CatalogTenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { TimerSurvey } from '../edge/timer-survey.js';
import { DueComments } from './due-comments.js';
import { SendTimer } from './send-timer.js';

/** Finds tenants with held comments, whose job may have been lost with the queue. */
@Injectable()
export class SendSurvey extends TimerSurvey {
  override readonly task = 'send_survey';
  override readonly steps = 60;

  constructor(
    tenants: BackgroundTenants,
    private readonly comments: DueComments,
    timer: SendTimer,
  ) {
    super(tenants, timer);
  }

  override look(tenant: CatalogTenant): Promise<number | undefined> {
    return this.tenants.run(tenant, () => this.comments.nextInMs());
  }
}
