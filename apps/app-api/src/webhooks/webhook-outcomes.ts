import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma, Webhook, WebhookDelivery, WebhookDisabledReason } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { Notifier } from '../notification-core/notifier.js';
import type { Attempted } from './webhook-request.js';
import { failingForMs, nextAttempt } from './webhook-retries.js';

/** Writes down what became of attempts, and turns off webhooks that nobody answers any more. */
@Injectable()
export class WebhookOutcomes {
  constructor(
    private readonly db: TenantDatabase,
    private readonly notifier: Notifier,
  ) {}

  /** Undefined when the delivery, or its webhook, is gone. A test is tried once. */
  async record(deliveryId: string, attempted: Attempted): Promise<WebhookDelivery | undefined> {
    return this.db.transaction(async (tx) => {
      const webhook = await lockWebhookOf(tx, deliveryId);
      const delivery = await tx.webhookDelivery.findUnique({ where: { id: deliveryId } });
      if (webhook === undefined || delivery === null) return undefined;
      const isTest = delivery.eventId === null;
      const now = new Date();
      const firstTriedAt = delivery.firstTriedAt ?? now;
      const attempts = delivery.attempts + 1;
      const { failure, status, answer, durationMs, retryAfter } = attempted;
      const again =
        failure === undefined || isTest || !webhook.enabled
          ? undefined
          : nextAttempt({ attempts, firstTriedAt }, now, { retryAfter });
      const told = { failure: failure ?? null, responseStatus: status, responseBody: answer, durationMs };
      const ended = failure === undefined ? 'SUCCEEDED' : again === undefined ? 'FAILED' : 'PENDING';
      const written = await tx.webhookDelivery.update({
        where: { id: deliveryId },
        data: {
          ...told,
          attempts,
          firstTriedAt,
          triedAt: now,
          claimedUntil: null,
          status: ended,
          ...(again === undefined ? {} : { dueAt: again }),
        },
      });
      if (!isTest && webhook.enabled) await this.judge(tx, webhook, attempted, now);
      return written;
    });
  }

  private async judge(tx: Prisma.TransactionClient, webhook: Webhook, { failure, status }: Attempted, now: Date) {
    const { id } = webhook;
    if (failure === undefined) {
      if (webhook.failureCount > 0)
        await tx.webhook.update({ where: { id }, data: { failureCount: 0, failingSince: null } });
      return;
    }
    const failingSince = webhook.failingSince ?? now;
    await tx.webhook.update({ where: { id }, data: { failureCount: { increment: 1 }, failingSince } });
    if (status === 410) await this.disable(tx, id, 'GONE');
    else if (now.getTime() - failingSince.getTime() >= failingForMs) await this.disable(tx, id, 'FAILING');
  }

  private async disable(tx: Prisma.TransactionClient, id: string, reason: WebhookDisabledReason): Promise<void> {
    const data = { enabled: false, disabledReason: reason, version: { increment: 1 }, updatedAt: new Date() };
    await tx.webhook.update({ where: { id }, data });
    await giveUpPending(tx, id);
    const admins = await tx.user.findMany({ where: { role: 'ADMIN', status: 'ACTIVE' }, select: { id: true } });
    const told = admins.map((admin) => admin.id);
    await this.notifier.notify(tx, told, {
      kind: 'WEBHOOK_DISABLED',
      actorId: null,
      details: { webhookId: id, reason },
    });
  }
}

/** What waits for a webhook that is turned off is not sent any more, unless somebody asks for it. */
export async function giveUpPending(tx: Prisma.TransactionClient, webhookId: string): Promise<void> {
  await tx.webhookDelivery.updateMany({
    where: { webhookId, status: 'PENDING' },
    data: { status: 'FAILED', failure: 'WEBHOOK_DISABLED', claimedUntil: null },
  });
}

/** Webhooks are locked before their deliveries. */
async function lockWebhookOf(tx: Prisma.TransactionClient, deliveryId: string): Promise<Webhook | undefined> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT w."id"::text AS "id" FROM "Webhook" w
     WHERE w."id" = (SELECT d."webhookId" FROM "WebhookDelivery" d WHERE d."id" = ${deliveryId}::uuid) FOR UPDATE`;
  if (row === undefined) return undefined;
  return (await tx.webhook.findUnique({ where: { id: row.id } })) ?? undefined;
}
