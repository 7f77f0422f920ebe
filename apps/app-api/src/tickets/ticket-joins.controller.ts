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
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { TicketParam } from '../ticket-core/ticket-docs.js';
import { ListRelatedDto, MergeTicketDto, RelatedTicketDto, SplitTicketDto } from './ticket-joins.dto.js';
import { TicketMerges } from './ticket-merges.js';
import { TicketRelations } from './ticket-relations.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { TicketSplits } from './ticket-splits.js';
import { TicketDto } from '../ticket-core/ticket.dto.js';

/** Tickets that become one, or two. */
@ApiTags('tickets')
@Controller('tickets')
export class TicketJoinsController {
  constructor(
    private readonly merges: TicketMerges,
    private readonly splits: TicketSplits,
    private readonly relations: TicketRelations,
  ) {}

  @Post(':id/merge')
  @Roles('ADMIN', 'AGENT')
  @HttpCode(200)
  @TicketParam()
  @ApiOperation({
    summary: 'Merge a ticket into another',
    description:
      'It is closed for good. Its opening message becomes a comment of the other one, its public comments move over, and so do ' +
      'those that are still to come. Who takes part in it takes part in the other; links go along, and tags as far as there is ' +
      'room for 20. The other gets the higher priority of the two, and is open again when it was RESOLVED and this one was not. ' +
      '`firstRespondedAt` of both is that of a reply that they have. One that customers see does not go into one that they do not. Answers the ticket that was merged.',
  })
  @ApiAnswer(200, TicketDto)
  @ApiProblems('forbidden', 'ticket_closed', 'merge_author_mismatch', 'invalid_reference')
  merge(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() input: MergeTicketDto,
    @IfMatch() version?: number,
  ): Promise<Ticket> {
    return this.merges.merge(actor, id, input, version);
  }

  @Post(':id/split')
  @Roles('ADMIN', 'AGENT')
  @Idempotent()
  @TicketParam()
  @LocationOf((ticket: Ticket) => `/tickets/${ticket.id}`)
  @ApiOperation({
    summary: 'Make a ticket of its own of some comments',
    description:
      'They move to a new ticket of the same author and organization, which is linked to this one. One of internal comments ' +
      'alone is `internal`: hidden from customers until somebody writes a public comment. Whoever wrote them takes part in it and, when ' +
      'some of them are public, the customers who were let into this one. `firstRespondedAt` of each is that of a reply that it ' +
      'has, and not before it was opened. Answers the new ticket.',
  })
  @ApiAnswer(201, TicketDto)
  @ApiProblems('ticket_closed', 'invalid_reference')
  split(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() input: SplitTicketDto,
    @IfMatch() version?: number,
  ): Promise<Ticket> {
    return this.splits.split(actor, id, input, version);
  }

  @Get(':id/related')
  @AnyRole()
  @TicketParam()
  @ApiOperation({
    summary: 'Which tickets a ticket has to do with',
    description:
      'Follow-ups, tickets that were merged into it and those that were split off it, and whence it came itself, in the order ' +
      'of their numbers; without those that the caller may not see. Links are at `GET /tickets/{id}/links`.',
  })
  @ApiPage(RelatedTicketDto)
  related(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Query() query: ListRelatedDto,
  ): Promise<Page<RelatedTicketDto>> {
    return this.relations.list(actor, id, query);
  }
}
