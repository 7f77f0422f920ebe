import type { Webhook, WebhookDelivery } from '@helpdeskly/tenant-db';
import type { WebhookEventType } from './webhook-event-type.js';
import type { WebhookFailure } from './webhook-request.js';
import type { WebhookDeliveryDto, WebhookDto } from './webhooks.dto.js';

/** A webhook as it is answered: without its secrets. */
export function viewWebhook(row: Webhook): WebhookDto {
  const { id, url, events, description, enabled, disabledReason, failureCount, version, createdAt, updatedAt } = row;
  return {
    id,
    url,
    events: events as WebhookEventType[],
    description,
    enabled,
    disabledReason,
    failureCount,
    version,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

export function viewDelivery(row: WebhookDelivery): WebhookDeliveryDto {
  const { id, webhookId, type, eventId, ticketId, status, attempts, failure, durationMs } = row;
  return {
    id,
    webhookId,
    type,
    eventId,
    ticketId,
    status,
    attempts,
    nextAttemptAt: status === 'PENDING' ? row.dueAt.toISOString() : null,
    lastAttemptAt: row.triedAt?.toISOString() ?? null,
    response: row.responseStatus === null ? null : { status: row.responseStatus, body: row.responseBody ?? '' },
    failure: failure as WebhookFailure | null,
    durationMs,
    createdAt: row.createdAt.toISOString(),
  };
}
