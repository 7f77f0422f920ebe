import type { TenantJob, TimerVisit } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { DueComments } from './due-comments.js';

/** How soon a tenant that is not ACTIVE is asked about again. */
const asksEveryMs = 5000;
/** A comment that its author is taking back just now must not make a job run without a pause. */
const shortestPauseMs = 100;

/** Sends what is due in one tenant. Its database says what that is: doing it again, or at any other time, is harmless. */
@Injectable()
export class SendVisits {
  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly comments: DueComments,
  ) {}

  /** What is due in a tenant that is not ACTIVE waits until it is. */
  visit(job: TenantJob): Promise<TimerVisit> {
    return this.tenants.visit(job, asksEveryMs, async (tenant) => {
      const dueInMs = await this.tenants.run(tenant, async () => {
        await this.comments.sendAll();
        return this.comments.nextInMs();
      });
      return dueInMs === undefined ? undefined : Math.max(dueInMs, shortestPauseMs);
    });
  }
}
