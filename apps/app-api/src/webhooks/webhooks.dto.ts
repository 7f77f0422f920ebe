import { FlagField, OneOfList, PageQuery, QueryEnumList, Text } from '@helpdeskly/http';
import { WebhookDeliveryStatus, WebhookDisabledReason } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { WebhookEventType } from './webhook-event-type.js';
import { WebhookFailure } from './webhook-request.js';

const longestUrl = 2048;
const urlText = 'An https URL. A name or address within private, loopback, link-local or metadata ranges is refused.';
const eventsText = 'The events of `GET /events` that are sent. None is sent of what was imported.';

export class CreateWebhookDto {
  @Text({ max: longestUrl, example: 'https://example.com/hooks', description: urlText })
  readonly url!: string;

  @OneOfList(WebhookEventType, {
    name: 'WebhookEventType',
    optional: true,
    description: `${eventsText} Left out: all of them.`,
  })
  readonly events?: readonly WebhookEventType[];

  @Text({ max: 200, optional: true, nullable: true, description: 'What it is for.' })
  readonly description?: string | null;

  @FlagField({ optional: true, description: 'True unless given.' })
  readonly enabled?: boolean;
}

export class ChangeWebhookDto {
  @Text({ max: longestUrl, optional: true, description: urlText })
  readonly url?: string;

  @OneOfList(WebhookEventType, { name: 'WebhookEventType', optional: true, description: eventsText })
  readonly events?: readonly WebhookEventType[];

  @Text({ max: 200, optional: true, nullable: true })
  readonly description?: string | null;

  @FlagField({
    optional: true,
    description: 'False gives up what waits. True begins with the events that come after it, and forgets failures.',
  })
  readonly enabled?: boolean;
}

export class WebhookDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ format: 'uri' })
  readonly url!: string;
  @ApiProperty({ enum: WebhookEventType, enumName: 'WebhookEventType', isArray: true })
  readonly events!: WebhookEventType[];
  @ApiProperty({ type: String, nullable: true })
  readonly description!: string | null;
  @ApiProperty()
  readonly enabled!: boolean;
  @ApiProperty({
    enum: WebhookDisabledReason,
    enumName: 'WebhookDisabledReason',
    nullable: true,
    description: 'GONE: it answered 410. FAILING: no attempt succeeded for five days. Null when people turned it off.',
  })
  readonly disabledReason!: WebhookDisabledReason | null;
  @ApiProperty({ type: 'integer', description: 'Attempts that failed since the last one that succeeded.' })
  readonly failureCount!: number;
  @ApiProperty({ type: 'integer' })
  readonly version!: number;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}

export class WebhookWithSecretDto extends WebhookDto {
  @ApiProperty({ example: 'whsec_…', description: 'Verifies signatures (Standard Webhooks). It is never shown again.' })
  readonly secret!: string;
}

export class ListDeliveriesQuery extends PageQuery {
  @QueryEnumList(WebhookDeliveryStatus, { name: 'WebhookDeliveryStatus' })
  readonly status?: readonly WebhookDeliveryStatus[];
}

export class WebhookResponseDto {
  @ApiProperty({ type: 'integer' })
  readonly status!: number;
  @ApiProperty({ description: 'The first KiB.' })
  readonly body!: string;
}

export class WebhookDeliveryDto {
  @ApiProperty({ format: 'uuid', description: 'The `webhook-id` of every attempt.' })
  readonly id!: string;
  @ApiProperty({ format: 'uuid' })
  readonly webhookId!: string;
  @ApiProperty({ description: 'The type of the event; TEST for a test.' })
  readonly type!: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly eventId!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly ticketId!: string | null;
  @ApiProperty({
    enum: WebhookDeliveryStatus,
    enumName: 'WebhookDeliveryStatus',
    description: 'PENDING while it is to be tried, the first time or again.',
  })
  readonly status!: WebhookDeliveryStatus;
  @ApiProperty({ type: 'integer' })
  readonly attempts!: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null when it has ended.' })
  readonly nextAttemptAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly lastAttemptAt!: string | null;
  @ApiProperty({ type: WebhookResponseDto, nullable: true, description: 'What the last attempt was answered.' })
  readonly response!: WebhookResponseDto | null;
  @ApiProperty({
    enum: WebhookFailure,
    enumName: 'WebhookFailure',
    nullable: true,
    description: 'Why the last attempt failed. STATUS: it was answered with another status than 2xx.',
  })
  readonly failure!: WebhookFailure | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Milliseconds of the last attempt.' })
  readonly durationMs!: number | null;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}
