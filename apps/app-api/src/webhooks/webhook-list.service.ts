import { NotFound } from '@helpdeskly/errors';
import { Cursors, isUuid, type Page, type PageQuery } from '@helpdeskly/http';
import { TenantContext, TenantDatabase, type TenantPrisma } from '@helpdeskly/tenancy';
import type { Webhook } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { viewDelivery, viewWebhook } from './webhook-view.js';
import type { ListDeliveriesQuery, WebhookDeliveryDto, WebhookDto } from './webhooks.dto.js';

/** Reading webhooks and what was delivered to them. */
@Injectable()
export class WebhookList {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
  ) {}

  /** The oldest first. */
  async list(query: PageQuery): Promise<Page<WebhookDto>> {
    const scope = [this.context.current.tenant.id, 'webhooks'];
    const request = this.cursors.request(query, scope);
    const [after] = (request.after ?? []).map(String);
    const { webhook } = this.db.client;
    const rows = await webhook.findMany({
      where: after === undefined ? {} : { id: { gt: after } },
      orderBy: { id: 'asc' },
      take: request.limit + 1,
    });
    const total = request.total ? await webhook.count() : undefined;
    return this.cursors.page(rows, request, scope, ({ id }) => [id], viewWebhook, total);
  }

  /** Throws NotFound. */
  async find(id: string): Promise<WebhookDto> {
    return viewWebhook(await foundWebhook(this.db.client, id));
  }

  /** The newest first. Throws NotFound. */
  async deliveries(id: string, query: ListDeliveriesQuery): Promise<Page<WebhookDeliveryDto>> {
    const { id: webhookId } = await foundWebhook(this.db.client, id);
    const { status } = query;
    const scope = [this.context.current.tenant.id, 'webhook-deliveries', webhookId, String(status)];
    const request = this.cursors.request(query, scope);
    const [before] = (request.after ?? []).map(String);
    const { webhookDelivery } = this.db.client;
    const where = { webhookId, ...(status === undefined ? {} : { status: { in: [...status] } }) };
    const rows = await webhookDelivery.findMany({
      where: before === undefined ? where : { ...where, id: { lt: before } },
      orderBy: { id: 'desc' },
      take: request.limit + 1,
    });
    const total = request.total ? await webhookDelivery.count({ where }) : undefined;
    return this.cursors.page(rows, request, scope, (row) => [row.id], viewDelivery, total);
  }
}

/** Throws NotFound. */
export async function foundWebhook(db: TenantPrisma, id: string): Promise<Webhook> {
  const webhook = isUuid(id) ? await db.webhook.findUnique({ where: { id } }) : null;
  if (webhook === null) throw new NotFound('webhook');
  return webhook;
}
