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
import { ForKeys } from '../edge/api-key-scopes.js';
import { TicketParam } from '../ticket-core/ticket-docs.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { TicketDto } from '../ticket-core/ticket.dto.js';
import { ListRelatedDto, MergeTicketDto, RelatedTicketDto, SplitTicketDto } from './ticket-joins.dto.js';
import { TicketMerges } from './ticket-merges.js';
import { TicketRelations } from './ticket-relations.js';
import { TicketSplits } from './ticket-splits.js';

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
  @ForKeys('tickets:write')
  @HttpCode(200)
  @TicketParam()
  @ApiOperation({
    summary: 'Merge a ticket into another',
    description:
      'The source ticket is closed for good. Its opening message becomes a comment of the target; its public comments, and those that are still to come, move to the target. Its participants and links move, too, and its tags as far as the target has room for 20. The target gets the higher priority of the two. A RESOLVED target opens again if the source was not resolved. `firstRespondedAt` of each ticket is the time of the first reply that it now has. A ticket that customers see cannot be merged into one that they do not see. Answers the source ticket.',
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
  @ForKeys('tickets:write')
  @Idempotent()
  @TicketParam()
  @LocationOf((ticket: Ticket) => `/tickets/${ticket.id}`)
  @ApiOperation({
    summary: 'Split comments into a new ticket',
    description:
      'The comments move to a new ticket with the same author and organization, which is linked to this one. If all of them are internal, the new ticket is `internal`: customers do not see it until somebody writes a public comment. The authors of the comments become participants of the new ticket; if some comments are public, so do the customers who take part in this one. `firstRespondedAt` of each ticket is the time of the first reply that it now has. Answers the new ticket.',
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
  @ForKeys('tickets:read')
  @TicketParam()
  @ApiOperation({
    summary: 'List related tickets',
    description:
      'Lists follow-ups, tickets that were merged into this one or split from it, and the ticket that this one came from, by number. Tickets that the caller may not see are left out. `GET /tickets/{id}/links` lists links.',
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
