import { ApiAnswer, ApiProblems, CurrentActor, Idempotent, IfMatch, Roles, type Actor } from '@helpdeskly/http';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { replyTo } from '../ticket-core/ticket-redactions.js';
import { TicketParam } from '../ticket-core/ticket-docs.js';
import { MacroRuns, type MacroResult } from './macro-runs.service.js';
import { MacroResultDto } from './macros.dto.js';

@ApiTags('macros')
@TicketParam()
@Controller('tickets/:id/macros/:macroId')
export class MacroRunsController {
  constructor(private readonly runs: MacroRuns) {}

  @Post('preview')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:read')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Preview a macro',
    description: 'Answers what the macro would do to the ticket. Nothing is changed.',
  })
  @ApiAnswer(200, MacroResultDto)
  @ApiProblems('ticket_closed', 'invalid_transition', 'invalid_reference', 'limit_reached')
  preview(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Param('macroId') macroId: string,
  ): Promise<MacroResult> {
    return this.runs.preview(actor, id, macroId);
  }

  @Post('apply')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:write')
  @HttpCode(200)
  @Idempotent(({ ticket, reply }: MacroResultDto) => (reply === null ? ticket.id : replyTo(ticket.id)))
  @ApiOperation({
    summary: 'Apply a macro to a ticket',
    description: 'Writes the reply and the changes together, or nothing.',
  })
  @ApiAnswer(200, MacroResultDto)
  @ApiProblems('ticket_closed', 'invalid_transition', 'invalid_reference', 'limit_reached')
  apply(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Param('macroId') macroId: string,
    @IfMatch() version?: number,
  ): Promise<MacroResult> {
    return this.runs.apply(actor, id, macroId, version);
  }
}
