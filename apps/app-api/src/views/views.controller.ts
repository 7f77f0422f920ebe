import {
  type Actor,
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  Idempotent,
  IfMatch,
  LocationOf,
  NoKeys,
  type Page,
  Roles,
  type WrittenAnswer,
  writtenPage,
} from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import type { FoundTicket } from '../ticket-lists/ticket-snippets.js';
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
  @ForKeys('tickets:read')
  @ApiOperation({ summary: 'List views', description: 'Lists shared views and your own, in the order of `position`.' })
  @ApiPage(ViewDto)
  list(@CurrentActor() actor: Actor, @Query() query: ListViewsDto): Promise<Page<ViewDto>> {
    return this.views.list(actor, query);
  }

  @Post()
  @Roles('ADMIN', 'AGENT')
  @NoKeys()
  @Idempotent()
  @LocationOf((view: ViewDto) => `/views/${view.id}`)
  @ApiOperation({
    summary: 'Save a view',
    description: 'Only admins create shared views. There can be 100 shared views, and 100 for each person.',
  })
  @ApiAnswer(201, ViewDto)
  @ApiProblems('limit_reached')
  create(@CurrentActor() actor: Actor, @Body() input: CreateViewDto): Promise<ViewDto> {
    return this.views.create(actor, input);
  }

  @Get('counts')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'Count the tickets of all views',
    description: 'Counts the tickets of each view that GET /views lists, in the same order.',
  })
  @ApiAnswer(200, ViewCountsDto)
  async counts(@CurrentActor() actor: Actor): Promise<ViewCountsDto> {
    return { counts: await this.tickets.counts(actor) };
  }

  @Get(':id')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:read')
  @ApiOperation({ summary: 'Read a view', description: 'Staff can read shared views and their own.' })
  @ApiAnswer(200, ViewDto)
  find(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<ViewDto> {
    return this.views.find(actor, id);
  }

  @Get(':id/tickets')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'Find the tickets of a view',
    description:
      'The same as GET /tickets with the filters and the order of the view. `meta.missing` lists references of the filters that are gone.',
  })
  @ApiPage(FoundTicketDto, ViewTicketsMetaDto)
  async listTickets(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Query() page: ListViewTicketsDto,
  ): Promise<WrittenAnswer<ViewTicketsPage<FoundTicket>>> {
    return writtenPage(await this.tickets.list(actor, id, page));
  }

  @Patch(':id')
  @Roles('ADMIN', 'AGENT')
  @NoKeys()
  @ApiOperation({
    summary: 'Change or move a view',
    description: 'Admins manage shared ones; personal ones belong to their owner.',
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
  @NoKeys()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a view',
    description: 'Admins manage shared ones; personal ones belong to their owner.',
  })
  @ApiNoContentResponse()
  remove(@CurrentActor() actor: Actor, @Param('id') id: string, @IfMatch() version?: number): Promise<void> {
    return this.views.remove(actor, id, version);
  }
}
