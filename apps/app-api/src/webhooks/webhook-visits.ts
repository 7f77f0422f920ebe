import type { TenantJob, TimerVisit } from '@helpdeskly/queue';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { placeEvents } from '../feed/feed.queries.js';
import { type ClaimedDelivery, claimDue, nextInMs } from './delivery-claims.queries.js';
import { WebhookAttempts } from './webhook-attempts.js';
import { enabledWebhooks, forgetOldDeliveries, makeDeliveries } from './webhook-feed.queries.js';

/** How soon a tenant that is not ACTIVE is asked about again. */
const asksEveryMs = 60_000;

interface Found {
  readonly claimed: readonly ClaimedDelivery[];
  readonly againInMs: number | undefined;
}

/** Makes deliveries of what is new in a tenant's feed, and begins those that are due. */
@Injectable()
export class WebhookVisits {
  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly db: TenantDatabase,
    private readonly attempts: WebhookAttempts,
  ) {}

  visit(job: TenantJob): Promise<TimerVisit> {
    return this.tenants.visit(job, asksEveryMs, async (tenant) => {
      const { claimed, againInMs } = await this.tenants.run(tenant, () => this.look());
      for (const { id } of claimed) this.attempts.begin(tenant, id);
      return againInMs;
    });
  }

  private async look(): Promise<Found> {
    const { client } = this.db;
    await forgetOldDeliveries(client);
    const webhooks = await enabledWebhooks(client);
    if (webhooks.length === 0) return { claimed: [], againInMs: undefined };
    while ((await placeEvents(client)) > 0);
    let isMore = false;
    for (const id of webhooks) isMore = (await this.db.transaction((tx) => makeDeliveries(tx, id))) || isMore;
    const claimed = await claimDue(client);
    return { claimed, againInMs: isMore ? 0 : await nextInMs(client) };
  }
}
