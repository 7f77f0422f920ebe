import type { CatalogTenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../../edge/background-tenants.js';
import { TimerSurvey } from '../../edge/timer-survey.js';
import { OwnAddresses } from '../../mail-core/own-addresses.js';
import { DueMails } from './due-mails.js';
import { InboundTimer } from './inbound-timer.js';

/** Finds tenants with mails: their job may have been lost with the queue, or with a process that died after it had stored one. Frees
 * addresses that were left behind, too. */
@Injectable()
export class InboundSurvey extends TimerSurvey {
  override readonly task = 'inbound_mail_survey';
  override readonly steps = 60;

  constructor(
    tenants: BackgroundTenants,
    private readonly mails: DueMails,
    private readonly own: OwnAddresses,
    timer: InboundTimer,
  ) {
    super(tenants, timer);
  }

  override look(tenant: CatalogTenant): Promise<number | undefined> {
    return this.tenants.run(tenant, async () => {
      await this.own.freeAbandoned();
      return this.mails.nextInMs();
    });
  }
}
