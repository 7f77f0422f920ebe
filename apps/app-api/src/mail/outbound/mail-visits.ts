import type { TenantJob, TimerVisit } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../../edge/background-tenants.js';
import { DomainKeys } from '../../mail-core/domain-keys.js';
import { MailSettings } from '../../mail-core/mail-settings.js';
import { MailDispatch } from './mail-dispatch.js';

/** Mails that one visit sends at once, and in all: then it is the turn of other tenants that wait. */
export const lanes = 2;
const mostPerVisit = 20;
/** How soon a tenant that is not ACTIVE, or has sent what it may in a minute, is asked about again. */
const asksEveryMs = 60_000;
const restMs = 5000;
/** A mail that somebody else holds must not make a job run without a pause. */
const shortestPauseMs = 100;

/** Sends some of a tenant's mails that are due. */
@Injectable()
export class MailVisits {
  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly dispatch: MailDispatch,
    private readonly keys: DomainKeys,
    private readonly settings: MailSettings,
  ) {}

  /** The mails of a tenant that is not ACTIVE wait until it is. */
  visit(job: TenantJob): Promise<TimerVisit> {
    return this.tenants.visit(job, asksEveryMs, (tenant) => this.tenants.run(tenant, () => this.sendSome()));
  }

  /** In how many milliseconds there is more to do. */
  private async sendSome(): Promise<number | undefined> {
    const allowed = this.settings.perTenantMinute - (await this.dispatch.triedLately());
    if (allowed <= 0) return restMs;
    await this.keys.refresh();
    let left = Math.min(allowed, mostPerVisit);
    const lane = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        if (!(await this.dispatch.sendNext())) left = 0;
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    const dueInMs = await this.dispatch.nextDueInMs();
    return dueInMs === undefined ? undefined : Math.max(dueInMs, shortestPauseMs);
  }
}
