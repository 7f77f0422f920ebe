import type { Actor } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma, Webhook } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import type { AuditType } from '../audit/audit-types.js';
import { lastPosition, placeEvents } from '../feed/feed.queries.js';
import { foundWebhook } from './webhook-list.service.js';
import { WebhookTimer } from './webhook-timer.js';

/** A transaction that writes a webhook. */
export interface WebhookWrite {
  readonly tx: Prisma.TransactionClient;
  /** The end of the feed: what was committed before is behind it. */
  readonly end: bigint;
  /** Records in the audit trail what was done. */
  readonly tell: (type: AuditType, webhook: Webhook) => Promise<void>;
}

/** Writes webhooks: with an audit event, and with a look at the tenant afterwards, since other processes may not know of it yet. */
@Injectable()
export class WebhookWrites {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly audit: AuditTrail,
    private readonly timer: WebhookTimer,
  ) {}

  /** `id`: of the webhook that is changed; undefined for a new one. Throws NotFound. */
  async write(actor: Actor, id: string | undefined, work: (write: WebhookWrite) => Promise<Webhook>): Promise<Webhook> {
    if (id !== undefined) await foundWebhook(this.db.client, id);
    while ((await placeEvents(this.db.client)) > 0);
    const webhook = await this.db.transaction(async (tx) => {
      const end = BigInt(await lastPosition(tx));
      return work({ tx, end, tell: (type, about) => this.tell(tx, actor, type, about) });
    });
    this.lookSoon();
    return webhook;
  }

  /** Has what is due sent. */
  lookSoon(): void {
    const { id: tenantId, generation } = this.context.current.tenant;
    this.timer.expect({ tenantId, generation }, Date.now());
  }

  private async tell(tx: Prisma.TransactionClient, actor: Actor, type: AuditType, webhook: Webhook): Promise<void> {
    const { id, events, enabled } = webhook;
    // Neither path nor query: services put secrets into them.
    const details = { id, origin: new URL(webhook.url).origin, events, enabled };
    await this.audit.record(tx, { type, actorId: actor.id, details });
  }
}

/** Throws NotFound. */
export async function lockWebhook(tx: Prisma.TransactionClient, id: string): Promise<Webhook> {
  const { id: known } = await foundWebhook(tx, id);
  await tx.$queryRaw`SELECT FROM "Webhook" WHERE "id" = ${known}::uuid FOR UPDATE`;
  return foundWebhook(tx, known);
}
