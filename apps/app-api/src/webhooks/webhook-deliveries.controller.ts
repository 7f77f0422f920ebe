import { ApiAnswer, ApiPage, ApiProblems, type Page, Roles } from '@helpdeskly/http';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { WebhookDeliveries } from './webhook-deliveries.service.js';
import { WebhookList } from './webhook-list.service.js';
import { ListDeliveriesQuery, WebhookDeliveryDto } from './webhooks.dto.js';

@ApiTags('webhooks')
@Controller('webhooks/:id')
export class WebhookDeliveriesController {
  constructor(
    private readonly deliveries: WebhookDeliveries,
    private readonly known: WebhookList,
  ) {}

  @Get('deliveries')
  @Roles('ADMIN')
  @ForKeys('webhooks:write')
  @ApiOperation({
    summary: 'List deliveries',
    description: 'The newest first, with what the last attempt was answered. They are kept for 30 days.',
  })
  @ApiPage(WebhookDeliveryDto)
  list(@Param('id') id: string, @Query() query: ListDeliveriesQuery): Promise<Page<WebhookDeliveryDto>> {
    return this.known.deliveries(id, query);
  }

  @Post('deliveries/:deliveryId/redeliver')
  @Roles('ADMIN')
  @ForKeys('webhooks:write')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send an event again',
    description: 'Under the same `webhook-id`, whatever became of it before, and with three days for its attempts.',
  })
  @ApiAnswer(200, WebhookDeliveryDto)
  @ApiProblems('webhook_disabled')
  redeliver(@Param('id') id: string, @Param('deliveryId') deliveryId: string): Promise<WebhookDeliveryDto> {
    return this.deliveries.redeliver(id, deliveryId);
  }

  @Post('test')
  @Roles('ADMIN')
  @ForKeys('webhooks:write')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send a test',
    description:
      'An event of the type TEST without a ticket, at once; the answer says what became of it, after 15 seconds at most. It is sent to a disabled webhook too, and counts neither as a failure nor as a success.',
  })
  @ApiAnswer(200, WebhookDeliveryDto)
  test(@Param('id') id: string): Promise<WebhookDeliveryDto> {
    return this.deliveries.test(id);
  }
}
