import { TenantDatabase } from '@helpdeskly/tenancy';
import type { WebhookDelivery } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { version } from '../version.js';
import { WebhookAddresses } from './webhook-addresses.js';
import { bodyOf } from './webhook-body.js';
import { WebhookOutcomes } from './webhook-outcomes.js';
import { attempt, type Attempted, type Post } from './webhook-request.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { signedHeaders } from './webhook-signature.js';

/** One attempt, in three steps: the database is asked before and after, and not kept meanwhile. */
@Injectable()
export class WebhookSender {
  constructor(
    private readonly db: TenantDatabase,
    private readonly secrets: WebhookSecrets,
    private readonly outcomes: WebhookOutcomes,
    private readonly addresses: WebhookAddresses,
  ) {}

  /** What to send; undefined when it is not to be sent any more. Throws what DataCiphers.current throws. */
  async prepare(deliveryId: string): Promise<Post | undefined> {
    const delivery = await this.db.client.webhookDelivery.findUnique({
      where: { id: deliveryId },
      include: { webhook: true, event: true, ticket: { select: { number: true } } },
    });
    if (delivery === null || delivery.status !== 'PENDING') return undefined;
    const body = JSON.stringify(bodyOf(delivery));
    const secrets = await this.secrets.open(delivery.webhook);
    const headers = {
      'content-type': 'application/json',
      'user-agent': `Helpdeskly-Webhooks/${version}`,
      ...signedHeaders({ id: delivery.id, at: new Date(), body }, secrets),
    };
    return { url: delivery.webhook.url, headers, body };
  }

  send(post: Post): Promise<Attempted> {
    return attempt(post, this.addresses);
  }

  /** See WebhookOutcomes.record. */
  record(deliveryId: string, attempted: Attempted): Promise<WebhookDelivery | undefined> {
    return this.outcomes.record(deliveryId, attempted);
  }
}
