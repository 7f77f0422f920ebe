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
  type WrittenAnswer,
  writtenPage,
} from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, UseGuards } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import {
  ClosedToCustomers,
  CustomerFieldsGuard,
  SortsClosedToCustomers,
} from '../ticket-core/customer-fields.guard.js';
import { FoundTicketDto } from '../ticket-lists/found-ticket.dto.js';
import { ticketFields } from '../ticket-core/ticket-changes.js';
import { TicketParam } from '../ticket-core/ticket-docs.js';
import { TicketLists } from '../ticket-lists/ticket-lists.service.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import type { FoundTicket } from '../ticket-lists/ticket-snippets.js';
import { ListTicketsDto } from '../ticket-lists/list-tickets.dto.js';
import { ChangeTicketDto, OpenTicketDto, TicketDto } from '../ticket-core/ticket.dto.js';
import { TicketRedactions } from './ticket-redactions.service.js';
import { RedactTicketDto } from './tickets.dto.js';
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
  @ForKeys('tickets:read')
  @ClosedToCustomers('priority', 'tag')
  @SortsClosedToCustomers('priority')
  @UseGuards(CustomerFieldsGuard)
  @ApiOperation({
    summary: 'Find tickets',
    description:
      'Customers find their own tickets. They cannot filter by `priority` or `tag` or sort by `priority` (403); their `updatedAt` is the time of the last write that they can see. The newest write comes first unless `sort` or `q` says otherwise.',
  })
  @ApiPage(FoundTicketDto)
  @ApiProblems('forbidden')
  async list(@CurrentActor() actor: Actor, @Query() query: ListTicketsDto): Promise<WrittenAnswer<Page<FoundTicket>>> {
    return writtenPage(await this.lists.list(actor, query));
  }

  @Post()
  @AnyRole()
  @ForKeys('tickets:write')
  @ClosedToCustomers(...ticketFields.closed.open)
  @UseGuards(CustomerFieldsGuard)
  @Idempotent()
  @LocationOf((ticket: Ticket) => `/tickets/${ticket.id}`)
  @ApiOperation({
    summary: 'Open a ticket',
    description: 'Customers can send only title, description and followUpOfId.',
  })
  @ApiAnswer(201, TicketDto)
  @ApiProblems('forbidden', 'invalid_reference')
  open(@CurrentActor() actor: Actor, @Body() input: OpenTicketDto): Promise<Ticket> {
    return this.tickets.open(actor, input);
  }

  @Get(':id')
  @AnyRole()
  @ForKeys('tickets:read')
  @TicketParam()
  @ApiOperation({ summary: 'Read a ticket', description: 'By its id or its number.' })
  @ApiAnswer(200, TicketDto)
  find(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<WrittenAnswer<Ticket>> {
    return this.tickets.find(actor, id);
  }

  @Patch(':id')
  @AnyRole()
  @ForKeys('tickets:write')
  @TicketParam()
  @ApiOperation({
    summary: 'Change a ticket',
    description: 'Customers can only resolve their tickets and open them again.',
  })
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
  @ForKeys('tickets:write')
  @HttpCode(204)
  @TicketParam()
  @ApiOperation({
    summary: 'Delete a ticket',
    description: 'The ticket is hidden. Admins can restore it and list it with `?deleted=only`.',
  })
  @ApiNoContentResponse()
  remove(@CurrentActor() actor: Actor, @Param('id') id: string, @IfMatch() version?: number): Promise<void> {
    return this.tickets.remove(actor, id, version);
  }

  @Post(':id/restore')
  @Roles('ADMIN')
  @ForKeys('tickets:write')
  @HttpCode(200)
  @TicketParam()
  @ApiOperation({ summary: 'Restore a deleted ticket', description: 'Lists and searches find the ticket again.' })
  @ApiAnswer(200, TicketDto)
  restore(@CurrentActor() actor: Actor, @Param('id') id: string, @IfMatch() version?: number): Promise<Ticket> {
    return this.tickets.restore(actor, id, version);
  }

  @Post(':id/redact')
  @Roles('ADMIN')
  @ForKeys('tickets:write')
  @HttpCode(200)
  @TicketParam()
  @ApiOperation({
    summary: 'Redact a ticket',
    description:
      'Removes the title or the description for good, also from a closed ticket. It removes the text from search, from events, from answers that are kept for an Idempotency-Key and, if the ticket was merged, from the comment that holds its description.',
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
