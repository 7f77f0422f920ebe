import { AnyRole, ApiAnswer, ApiProblems, CurrentActor, Roles, type Actor } from '@helpdeskly/http';
import { Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
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
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'List the participants of a ticket',
    description: 'Customers see other customers (CC), but not the agents who follow.',
  })
  @ApiAnswer(200, ParticipantsDto)
  list(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<ParticipantsDto> {
    return this.participants.list(actor, id);
  }

  @Put(':userId')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:write')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Add a participant',
    description:
      'An agent or admin follows the ticket. A customer (CC) can read what is public and reply. Repeating the call changes nothing.',
  })
  @ApiNoContentResponse()
  @ApiProblems('invalid_reference', 'limit_reached')
  add(@CurrentActor() actor: Actor, @Param('id') id: string, @Param('userId') userId: string): Promise<void> {
    return this.participants.add(actor, id, userId);
  }

  @Delete(':userId')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:write')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Remove a participant',
    description: 'An agent no longer follows the ticket. A customer can no longer read it as a participant.',
  })
  @ApiNoContentResponse()
  remove(@CurrentActor() actor: Actor, @Param('id') id: string, @Param('userId') userId: string): Promise<void> {
    return this.participants.remove(actor, id, userId);
  }
}
