import { NotFound } from '@helpdeskly/errors';
import { isUuid } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { WebhookOff } from './errors.js';
import { foundWebhook } from './webhook-list.service.js';
import { WebhookSender } from './webhook-sender.js';
import { viewDelivery } from './webhook-view.js';
import { lockWebhook, WebhookWrites } from './webhook-writes.js';
import type { WebhookDeliveryDto } from './webhooks.dto.js';

/** Longer than an attempt takes. */
const testedForMs = 60_000;

/** Sending because somebody asked for it. */
@Injectable()
export class WebhookDeliveries {
  constructor(
    private readonly db: TenantDatabase,
    private readonly sender: WebhookSender,
    private readonly writes: WebhookWrites,
  ) {}

  /** Sends an event again, under the same id, as if it was new. Throws NotFound, WebhookOff. */
  async redeliver(webhookId: string, deliveryId: string): Promise<WebhookDeliveryDto> {
    const row = await this.db.transaction(async (tx) => {
      const { id, enabled } = await lockWebhook(tx, webhookId);
      const where = { id: deliveryId, webhookId: id };
      const found = isUuid(deliveryId) ? await tx.webhookDelivery.findFirst({ where }) : null;
      if (found === null) throw new NotFound('delivery');
      if (!enabled) throw new WebhookOff();
      const fresh = { status: 'PENDING', attempts: 0, dueAt: new Date(), firstTriedAt: null } as const;
      return tx.webhookDelivery.update({ where: { id: found.id }, data: fresh });
    });
    this.writes.lookSoon();
    return viewDelivery(row);
  }

  /** Sends a test at once and waits for what becomes of it; one that failed is not tried again. Throws NotFound. */
  async test(webhookId: string): Promise<WebhookDeliveryDto> {
    const { id } = await foundWebhook(this.db.client, webhookId);
    const claimedUntil = new Date(Date.now() + testedForMs);
    const { id: deliveryId } = await this.db.client.webhookDelivery.create({
      data: { webhookId: id, type: 'TEST', claimedUntil },
    });
    const post = await this.sender.prepare(deliveryId);
    const row = post && (await this.sender.record(deliveryId, await this.sender.send(post)));
    if (row === undefined) throw new NotFound('webhook'); // Deleted meanwhile.
    return viewDelivery(row);
  }
}
