import {
  AnyRole,
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
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, UseGuards } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ClosedToCustomers,
  CustomerFieldsGuard,
  SortsClosedToCustomers,
} from '../ticket-core/customer-fields.guard.js';
import { FoundTicketDto } from '../ticket-lists/found-ticket.dto.js';
import { ticketFields } from '../ticket-core/ticket-changes.js';
import { TicketParam } from '../ticket-core/ticket-docs.js';
import { TicketLists } from '../ticket-lists/ticket-lists.service.js';
import { TicketRedactions } from './ticket-redactions.service.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import type { FoundTicket } from '../ticket-lists/ticket-snippets.js';
import { RedactTicketDto } from './tickets.dto.js';
import { ListTicketsDto } from '../ticket-lists/list-tickets.dto.js';
import { ChangeTicketDto, OpenTicketDto, TicketDto } from '../ticket-core/ticket.dto.js';
import { Tickets } from './tickets.service.js';

@ApiTags('tickets')
@Controller('tickets')
export class TicketsController {
  constructor(
    private readonly tickets: Tickets,
    private readonly lists: TicketLists,
    private readonly redactions: TicketRedactions,
  ) {}

  @Get()
  @AnyRole()
  @ClosedToCustomers('priority', 'tag')
  @SortsClosedToCustomers('priority')
  @UseGuards(CustomerFieldsGuard)
  @ApiOperation({
    summary: 'Find tickets',
    description:
      'Customers find their own; they neither filter by `priority` or `tag` nor sort by `priority` (403), and `updatedAt` is the last write of which they see something. Newest write first unless `sort` or `q` says otherwise.',
  })
  @ApiPage(FoundTicketDto)
  @ApiProblems('forbidden')
  list(@CurrentActor() actor: Actor, @Query() query: ListTicketsDto): Promise<Page<FoundTicket>> {
    return this.lists.list(actor, query);
  }

  @Post()
  @AnyRole()
  @ClosedToCustomers(...ticketFields.closed.open)
  @UseGuards(CustomerFieldsGuard)
  @Idempotent()
  @LocationOf((ticket: Ticket) => `/tickets/${ticket.id}`)
  @ApiOperation({ summary: 'Open a ticket', description: 'Customers send title, description and followUpOfId.' })
  @ApiAnswer(201, TicketDto)
  @ApiProblems('forbidden', 'invalid_reference')
  open(@CurrentActor() actor: Actor, @Body() input: OpenTicketDto): Promise<Ticket> {
    return this.tickets.open(actor, input);
  }

  @Get(':id')
  @AnyRole()
  @TicketParam()
  @ApiOperation({ summary: 'Read a ticket', description: 'By its id or its number.' })
  @ApiAnswer(200, TicketDto)
  find(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<Ticket> {
    return this.tickets.find(actor, id);
  }

  @Patch(':id')
  @AnyRole()
  @TicketParam()
  @ApiOperation({ summary: 'Change a ticket', description: 'Customers resolve their tickets and open them again.' })
  @ApiAnswer(200, TicketDto)
  @ApiProblems('forbidden', 'invalid_transition', 'ticket_closed', 'invalid_reference', 'limit_reached')
  change(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() input: ChangeTicketDto,
    @IfMatch() version?: number,
  ): Promise<Ticket> {
    return this.tickets.change(actor, id, input, version);
  }

  @Delete(':id')
  @Roles('ADMIN')
  @HttpCode(204)
  @TicketParam()
  @ApiOperation({ summary: 'Hide a ticket', description: 'It can be restored; `?deleted=only` lists it.' })
  @ApiNoContentResponse()
  remove(@CurrentActor() actor: Actor, @Param('id') id: string, @IfMatch() version?: number): Promise<void> {
    return this.tickets.remove(actor, id, version);
  }

  @Post(':id/restore')
  @Roles('ADMIN')
  @HttpCode(200)
  @TicketParam()
  @ApiOperation({ summary: 'Restore a deleted ticket', description: 'Lists and searches find the ticket again.' })
  @ApiAnswer(200, TicketDto)
  restore(@CurrentActor() actor: Actor, @Param('id') id: string, @IfMatch() version?: number): Promise<Ticket> {
    return this.tickets.restore(actor, id, version);
  }

  @Post(':id/redact')
  @Roles('ADMIN')
  @HttpCode(200)
  @TicketParam()
  @ApiOperation({
    summary: 'Take the title or the description of a ticket away',
    description:
      'For good, also of a closed ticket: from search, from the values that events tell of, from answers kept for an ' +
      'Idempotency-Key and, where the ticket was merged, from the comment that its description became. That it had them stays.',
  })
  @ApiAnswer(200, TicketDto)
  redact(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() input: RedactTicketDto,
    @IfMatch() version?: number,
  ): Promise<Ticket> {
    return this.redactions.redact(actor, id, input.fields, version);
  }
}
