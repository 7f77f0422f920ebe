import { AnyRole, ApiPage, CurrentActor, type Actor, type Page } from '@helpdeskly/http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { TicketParam } from '../ticket-core/ticket-docs.js';
import { ListEventsDto, TicketEventDto } from './events.dto.js';
import type { TicketEvent } from './events.queries.js';
import { TicketHistory } from './events.service.js';

@ApiTags('events')
@TicketParam()
@Controller('tickets/:id/events')
export class EventsController {
  constructor(private readonly history: TicketHistory) {}

  @Get()
  @AnyRole()
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: "Read a ticket's history",
    description: 'Oldest first. Customers see the events of their own tickets, without internal ones.',
  })
  @ApiPage(TicketEventDto)
  list(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Query() query: ListEventsDto,
  ): Promise<Page<TicketEvent>> {
    return this.history.list(actor, id, query);
  }
}
