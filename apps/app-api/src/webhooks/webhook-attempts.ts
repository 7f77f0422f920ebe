import { describeFailure } from '@helpdeskly/database';
import type { CatalogTenant } from '@helpdeskly/catalog';
import { AcceptedWork, type Acceptor } from '@helpdeskly/service';
import { Injectable, Logger } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhookTimer } from './webhook-timer.js';

/**
 * Attempts under way in this process. No job waits for one: a receiver that hangs holds a place of its tenant's, and neither a worker nor
 * a connection to a database. When one has ended, its tenant is looked at again.
 */
@Injectable()
export class WebhookAttempts implements Acceptor {
  readonly name = 'webhook attempts';
  private readonly log = new Logger('WebhookAttempts');
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly tenants: BackgroundTenants,
    private readonly sender: WebhookSender,
    private readonly timer: WebhookTimer,
    private readonly metrics: WebhookMetrics,
  ) {}

  /** Begins an attempt of a delivery that was claimed. */
  begin(tenant: CatalogTenant, deliveryId: string): void {
    const attempt = this.make(tenant, deliveryId).finally(() => this.underWay.delete(attempt));
    this.underWay.add(attempt);
  }

  running(): number {
    return this.underWay.size;
  }

  async drain(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  /** What fails here is tried again when its claim has run out, as if the process had died. */
  private async make(tenant: CatalogTenant, deliveryId: string): Promise<void> {
    const { id: tenantId, generation } = tenant;
    try {
      const post = await this.tenants.run(tenant, () => this.sender.prepare(deliveryId));
      if (post !== undefined) {
        const attempted = await this.sender.send(post);
        this.metrics.attempted(attempted);
        await this.tenants.run(tenant, () => this.sender.record(deliveryId, attempted));
      }
    } catch (error) {
      this.log.warn({ msg: `A delivery comes back: ${describeFailure(error)}`, tenantId });
      return;
    }
    this.timer.expect({ tenantId, generation }, Date.now());
  }
}

/** Has a process that ends wait for its attempts. */
@Injectable()
export class WebhookDrain {
  constructor(accepted: AcceptedWork, attempts: WebhookAttempts) {
    accepted.add(attempts);
  }
}
