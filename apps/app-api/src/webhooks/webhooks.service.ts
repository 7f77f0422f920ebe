import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Actor, assertVersion } from '@helpdeskly/http';
import type { Prisma, Webhook } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditType } from '../audit/audit-types.js';
import { lockQuota } from '../sharing/quota.js';
import { WebhookEventType } from './webhook-event-type.js';
import { giveUpPending } from './webhook-outcomes.js';
import { formerSecretMs, WebhookSecrets } from './webhook-secrets.js';
import { createSecret } from './webhook-signature.js';
import { WebhookUrls } from './webhook-urls.js';
import { viewWebhook } from './webhook-view.js';
import { lockWebhook, type WebhookWrite, WebhookWrites } from './webhook-writes.js';
import type { ChangeWebhookDto, CreateWebhookDto, WebhookDto, WebhookWithSecretDto } from './webhooks.dto.js';

const mostWebhooks = 20;
const fields = ['url', 'events', 'description', 'enabled'] as const;
const moved = () => ({ version: { increment: 1 }, updatedAt: new Date() }) as const;

/** Making, changing and removing webhooks. */
@Injectable()
export class Webhooks {
  constructor(
    private readonly writes: WebhookWrites,
    private readonly urls: WebhookUrls,
    private readonly secrets: WebhookSecrets,
  ) {}

  /** Begins with the next event. Throws ValidationFailed for the URL, LimitReached. */
  async create(actor: Actor, input: CreateWebhookDto): Promise<WebhookWithSecretDto> {
    const { events = Object.values(WebhookEventType), description = null, enabled = true } = input;
    const url = await this.urls.judge(input.url);
    const id = randomUUID();
    const secret = createSecret();
    const sealedSecret = await this.secrets.seal(secret, id);
    const row = await this.writes.write(actor, undefined, async ({ tx, end, tell }) => {
      const quota = { shared: true, ownerId: actor.id };
      await lockQuota(tx, 'webhooks', quota, mostWebhooks, () => tx.webhook.count());
      const data = { id, url, events: [...events].sort(), description, enabled, sealedSecret, position: end };
      const created = await tx.webhook.create({ data });
      await tell(AuditType.WEBHOOK_CREATED, created);
      return created;
    });
    return { ...viewWebhook(row), secret };
  }

  /** Throws NotFound, VersionConflict, ValidationFailed for the URL. */
  async change(actor: Actor, id: string, input: ChangeWebhookDto, version?: number): Promise<WebhookDto> {
    const url = input.url === undefined ? undefined : await this.urls.judge(input.url);
    const wanted = { ...input, ...(url === undefined ? {} : { url }) };
    const row = await this.writes.write(actor, id, async (write) => {
      const { tx, tell } = write;
      const before = await lockWebhook(tx, id);
      assertVersion(version, before.version);
      const isChanged = (field: (typeof fields)[number]) =>
        wanted[field] !== undefined && !isDeepStrictEqual(wanted[field], before[field]);
      const changed = fields.filter(isChanged);
      if (changed.length === 0) return before;
      const turned = changed.includes('enabled') ? await turn(write, before, wanted.enabled === true) : {};
      const data = { ...Object.fromEntries(changed.map((field) => [field, wanted[field]])), ...turned, ...moved() };
      const after = await tx.webhook.update({ where: { id: before.id }, data });
      await tell(AuditType.WEBHOOK_UPDATED, after);
      return after;
    });
    return viewWebhook(row);
  }

  /** With its deliveries. Throws NotFound, VersionConflict. */
  async remove(actor: Actor, id: string, version?: number): Promise<void> {
    await this.writes.write(actor, id, async ({ tx, tell }) => {
      const webhook = await lockWebhook(tx, id);
      assertVersion(version, webhook.version);
      await tell(AuditType.WEBHOOK_DELETED, webhook);
      return tx.webhook.delete({ where: { id: webhook.id } });
    });
  }

  /** The former secret signs beside the new one for a day. Throws NotFound. */
  async rotate(actor: Actor, id: string): Promise<WebhookWithSecretDto> {
    const secret = createSecret();
    const row = await this.writes.write(actor, id, async ({ tx, tell }) => {
      const before = await lockWebhook(tx, id);
      const sealedSecret = await this.secrets.seal(secret, before.id);
      const former = { formerSecret: before.sealedSecret, formerUntil: new Date(Date.now() + formerSecretMs) };
      const after = await tx.webhook.update({
        where: { id: before.id },
        data: { sealedSecret, ...former, ...moved() },
      });
      await tell(AuditType.WEBHOOK_SECRET_ROTATED, after);
      return after;
    });
    return { ...viewWebhook(row), secret };
  }
}

/** Either way what waits is given up: of a webhook that was off, a test whose process died. */
async function turn({ tx, end }: WebhookWrite, { id }: Webhook, on: boolean): Promise<Prisma.WebhookUpdateInput> {
  await giveUpPending(tx, id);
  if (!on) return { disabledReason: null };
  return { disabledReason: null, failureCount: 0, failingSince: null, enabledAt: new Date(), position: end };
}
