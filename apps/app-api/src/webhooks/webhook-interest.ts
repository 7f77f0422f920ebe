import { AsyncResource } from 'node:async_hooks';
import { describeFailure } from '@helpdeskly/database';
import { TenantDatabase, type CurrentTenant } from '@helpdeskly/tenancy';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { OnTicketWritten } from '../ticket-core/on-ticket-written.js';
import { enabledWebhooks } from './webhook-feed.queries.js';
import { WebhookTimer } from './webhook-timer.js';

/** Shorter than the time after which a webhook that was turned on is looked at again: see `nextInMs`. */
const knownMs = 5000;

type Tenant = CurrentTenant['tenant'];

/** Hears of each write to a ticket, and has the tenant's deliveries made when it has webhooks. Most tenants have none: no job is queued for them. */
@Injectable()
export class WebhookInterest implements OnApplicationBootstrap {
  private readonly log = new Logger('WebhookInterest');
  /** By tenant: whether a webhook is on. */
  private readonly known = new LRUCache<string, boolean>({ max: 20_000, ttl: knownMs });
  private readonly asking = new Set<string>();
  /** What is asked belongs to no request. */
  private readonly outside = new AsyncResource('webhooks');

  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly db: TenantDatabase,
    private readonly timer: WebhookTimer,
    written: OnTicketWritten,
  ) {
    written.listen((tenant) => this.note(tenant));
  }

  onApplicationBootstrap(): void {
    if (this.timer.isConfigured) return;
    this.log.warn('Webhooks deliver nothing: set QUEUE_DATABASE_URL or REDIS_URL.');
  }

  private note(tenant: Tenant): void {
    if (!this.timer.isConfigured) return;
    const isOn = this.known.get(tenant.id);
    if (isOn === true) this.expect(tenant);
    else if (isOn === undefined) this.outside.runInAsyncScope(() => void this.ask(tenant));
  }

  /** Whoever writes meanwhile is covered by the same answer: its job begins after their commits. */
  private async ask(tenant: Tenant): Promise<void> {
    if (this.asking.has(tenant.id)) return;
    this.asking.add(tenant.id);
    try {
      const webhooks = await this.tenants.run(tenant, () => enabledWebhooks(this.db.client));
      this.known.set(tenant.id, webhooks.length > 0);
      if (webhooks.length > 0) this.expect(tenant);
    } catch (error) {
      this.log.warn({ msg: `Webhooks are looked for later: ${describeFailure(error)}`, tenantId: tenant.id });
      this.expect(tenant); // Its job finds out.
    } finally {
      this.asking.delete(tenant.id);
    }
  }

  private expect({ id: tenantId, generation }: Tenant): void {
    this.timer.expect({ tenantId, generation }, Date.now());
  }
}
