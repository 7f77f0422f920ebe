import { AnyRole, ApiAnswer, ApiProblems, CurrentActor, Roles, type Actor } from '@helpdeskly/http';
import { Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { TicketParam } from '../ticket-core/ticket-docs.js';
import { ParticipantsDto } from './participants.dto.js';
import { Participants } from './participants.service.js';

@ApiTags('participants')
@TicketParam()
@Controller('tickets/:id/participants')
export class ParticipantsController {
  constructor(private readonly participants: Participants) {}

  @Get()
  @AnyRole()
  @ApiOperation({
    summary: 'Who takes part in a ticket',
    description: 'Customers see who was let in, not who follows.',
  })
  @ApiAnswer(200, ParticipantsDto)
  list(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<ParticipantsDto> {
    return this.participants.list(actor, id);
  }

  @Put(':userId')
  @Roles('ADMIN', 'AGENT')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Let somebody take part',
    description:
      'An agent or admin follows, a customer is let in (CC): reads what is public and may reply. Again changes nothing.',
  })
  @ApiNoContentResponse()
  @ApiProblems('invalid_reference', 'limit_reached')
  add(@CurrentActor() actor: Actor, @Param('id') id: string, @Param('userId') userId: string): Promise<void> {
    return this.participants.add(actor, id, userId);
  }

  @Delete(':userId')
  @Roles('ADMIN', 'AGENT')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Remove a participant',
    description: 'An agent no longer follows the ticket; a customer is no longer let in.',
  })
  @ApiNoContentResponse()
  remove(@CurrentActor() actor: Actor, @Param('id') id: string, @Param('userId') userId: string): Promise<void> {
    return this.participants.remove(actor, id, userId);
  }
}
