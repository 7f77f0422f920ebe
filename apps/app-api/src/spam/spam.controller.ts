import { type Actor, ApiAnswer, ApiProblems, CurrentActor, IfMatch, Roles } from '@helpdeskly/http';
import { Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { TicketParam } from '../ticket-core/ticket-docs.js';
import { TicketDto } from '../ticket-core/ticket.dto.js';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { Spam } from './spam.service.js';

@ApiTags('tickets')
@TicketParam()
@Controller('tickets/:id/spam')
export class SpamController {
  constructor(private readonly spam: Spam) {}

  @Post()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:write')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Mark a ticket as spam',
    description:
      'Closes the ticket and blocks its author, who has to be a customer: mails from this person are HELD (`sender_blocked`) from now on, as long as one of the person’s tickets is spam. A ticket that is CLOSED stays as it is.',
  })
  @ApiAnswer(200, TicketDto)
  @ApiProblems('forbidden')
  mark(@CurrentActor() actor: Actor, @Param('id') id: string, @IfMatch() version?: number): Promise<Ticket> {
    return this.spam.mark(actor, id, version);
  }

  @Delete()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:write')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Undo that a ticket is spam',
    description: 'Gives the ticket the status back that it had. Mails that are held wait for an admin to release them.',
  })
  @ApiAnswer(200, TicketDto)
  @ApiProblems('forbidden')
  unmark(@CurrentActor() actor: Actor, @Param('id') id: string, @IfMatch() version?: number): Promise<Ticket> {
    return this.spam.unmark(actor, id, version);
  }
}
