import {
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  Idempotent,
  IfMatch,
  LocationOf,
  Roles,
  type Actor,
  type Page,
} from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { FoundTicketDto } from '../ticket-lists/found-ticket.dto.js';
import { ViewTickets, type ViewTicketsPage } from './view-tickets.js';
import {
  ChangeViewDto,
  CreateViewDto,
  ListViewsDto,
  ListViewTicketsDto,
  ViewCountsDto,
  ViewDto,
  ViewTicketsMetaDto,
} from './views.dto.js';
import { Views } from './views.service.js';

@ApiTags('views')
@Controller('views')
export class ViewsController {
  constructor(
    private readonly views: Views,
    private readonly tickets: ViewTickets,
  ) {}

  @Get()
  @Roles('ADMIN', 'AGENT')
  @ApiOperation({ summary: 'List views', description: 'The shared ones and the own ones, in the order of `position`.' })
  @ApiPage(ViewDto)
  list(@CurrentActor() actor: Actor, @Query() query: ListViewsDto): Promise<Page<ViewDto>> {
    return this.views.list(actor, query);
  }

  @Post()
  @Roles('ADMIN', 'AGENT')
  @Idempotent()
  @LocationOf((view: ViewDto) => `/views/${view.id}`)
  @ApiOperation({
    summary: 'Save a view',
    description: 'A shared one is made by admins. The staff shares up to 100, each person has up to 100 of their own.',
  })
  @ApiAnswer(201, ViewDto)
  @ApiProblems('limit_reached')
  create(@CurrentActor() actor: Actor, @Body() input: CreateViewDto): Promise<ViewDto> {
    return this.views.create(actor, input);
  }

  @Get('counts')
  @Roles('ADMIN', 'AGENT')
  @ApiOperation({
    summary: 'Count the tickets of all views',
    description: 'Those that GET /views lists, in its order.',
  })
  @ApiAnswer(200, ViewCountsDto)
  async counts(@CurrentActor() actor: Actor): Promise<ViewCountsDto> {
    return { counts: await this.tickets.counts(actor) };
  }

  @Get(':id')
  @Roles('ADMIN', 'AGENT')
  @ApiOperation({ summary: 'Read a view', description: 'Staff can read shared views and their own.' })
  @ApiAnswer(200, ViewDto)
  find(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<ViewDto> {
    return this.views.find(actor, id);
  }

  @Get(':id/tickets')
  @Roles('ADMIN', 'AGENT')
  @ApiOperation({
    summary: 'Find the tickets of a view',
    description: 'As GET /tickets with its filters and order; `meta.missing` says what the filters name and is gone.',
  })
  @ApiPage(FoundTicketDto, ViewTicketsMetaDto)
  listTickets(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Query() page: ListViewTicketsDto,
  ): Promise<ViewTicketsPage> {
    return this.tickets.list(actor, id, page);
  }

  @Patch(':id')
  @Roles('ADMIN', 'AGENT')
  @ApiOperation({
    summary: 'Change or move a view',
    description: 'Shared ones by admins, personal ones by their owner.',
  })
  @ApiAnswer(200, ViewDto)
  change(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() input: ChangeViewDto,
    @IfMatch() version?: number,
  ): Promise<ViewDto> {
    return this.views.change(actor, id, input, version);
  }

  @Delete(':id')
  @Roles('ADMIN', 'AGENT')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a view', description: 'Shared ones by admins, personal ones by their owner.' })
  @ApiNoContentResponse()
  remove(@CurrentActor() actor: Actor, @Param('id') id: string, @IfMatch() version?: number): Promise<void> {
    return this.views.remove(actor, id, version);
  }
}
