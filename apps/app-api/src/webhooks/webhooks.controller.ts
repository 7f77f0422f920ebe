import {
  type Actor,
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  Idempotent,
  IfMatch,
  LocationOf,
  type Page,
  PageQuery,
  Roles,
} from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { WebhookList } from './webhook-list.service.js';
import { ChangeWebhookDto, CreateWebhookDto, WebhookDto, WebhookWithSecretDto } from './webhooks.dto.js';
import { Webhooks } from './webhooks.service.js';

@ApiTags('webhooks')
@Controller('webhooks')
export class WebhooksController {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly known: WebhookList,
  ) {}

  @Get()
  @Roles('ADMIN')
  @ForKeys('webhooks:write')
  @ApiOperation({ summary: 'List webhooks', description: 'The oldest first. Their secrets are never shown.' })
  @ApiPage(WebhookDto)
  list(@Query() query: PageQuery): Promise<Page<WebhookDto>> {
    return this.known.list(query);
  }

  @Post()
  @Roles('ADMIN')
  @ForKeys('webhooks:write')
  @Idempotent()
  @LocationOf((webhook: WebhookWithSecretDto) => `/webhooks/${webhook.id}`)
  @ApiOperation({
    summary: 'Create a webhook',
    description:
      'It is sent the events of `GET /events` from now on, as [Standard Webhooks](https://www.standardwebhooks.com) describes: `webhook-id` (the same for every attempt), `webhook-timestamp`, `webhook-signature`, and a body `{ type, timestamp, data: { eventId, ticketId, number, actorId, commentId, fields } }`. Events of one ticket come in their order unless an attempt failed. Any 2xx is a success; redirects are not followed. A failed attempt is made again within a minute, then at longer intervals for three days; `Retry-After` is honoured. After a 410, or five days without a success, the webhook is disabled and the ADMINs are notified. The secret is shown only in this answer.',
  })
  @ApiAnswer(201, WebhookWithSecretDto)
  @ApiProblems('limit_reached')
  create(@CurrentActor() actor: Actor, @Body() input: CreateWebhookDto): Promise<WebhookWithSecretDto> {
    return this.webhooks.create(actor, input);
  }

  @Get(':id')
  @Roles('ADMIN')
  @ForKeys('webhooks:write')
  @ApiOperation({ summary: 'Read a webhook', description: 'Its secret is never shown.' })
  @ApiAnswer(200, WebhookDto)
  find(@Param('id') id: string): Promise<WebhookDto> {
    return this.known.find(id);
  }

  @Patch(':id')
  @Roles('ADMIN')
  @ForKeys('webhooks:write')
  @ApiOperation({
    summary: 'Change a webhook',
    description:
      'What waits is sent to the new URL. Disabling it gives up what waits; those deliveries can be sent again.',
  })
  @ApiAnswer(200, WebhookDto)
  change(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() input: ChangeWebhookDto,
    @IfMatch() version?: number,
  ): Promise<WebhookDto> {
    return this.webhooks.change(actor, id, input, version);
  }

  @Delete(':id')
  @Roles('ADMIN')
  @ForKeys('webhooks:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a webhook', description: 'Its deliveries go with it.' })
  @ApiNoContentResponse()
  remove(@CurrentActor() actor: Actor, @Param('id') id: string, @IfMatch() version?: number): Promise<void> {
    return this.webhooks.remove(actor, id, version);
  }

  @Post(':id/rotate-secret')
  @Roles('ADMIN')
  @ForKeys('webhooks:write')
  @HttpCode(200)
  @ApiOperation({
    summary: "Replace a webhook's secret",
    description:
      'For 24 hours each attempt has two signatures, one by the new secret and one by the former. The secret is shown only in this answer.',
  })
  @ApiAnswer(200, WebhookWithSecretDto)
  rotate(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<WebhookWithSecretDto> {
    return this.webhooks.rotate(actor, id);
  }
}
