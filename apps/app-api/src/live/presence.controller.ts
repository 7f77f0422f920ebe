import { type Actor, ApiAnswer, CurrentActor, NoKeys, Roles } from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { TicketParam } from '../ticket-core/ticket-docs.js';
import { PresenceDto, PresencesDto } from './presence.dto.js';
import { Presences } from './presence.service.js';

@ApiTags('live')
@TicketParam()
@Controller('tickets/:id/presence')
export class PresenceController {
  constructor(private readonly presences: Presences) {}

  @Get()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'See who looks at a ticket',
    description: 'Agents and admins who look at it or reply to it.',
  })
  @ApiAnswer(200, PresencesDto)
  list(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<PresencesDto> {
    return this.presences.list(actor, id);
  }

  @Put()
  @Roles('ADMIN', 'AGENT')
  @NoKeys()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Say that you look at a ticket',
    description:
      'It holds for 30 seconds, or until the last stream of your session ends. Repeat it as long as it is so. Streams of agents and admins get `presence` when it changes.',
  })
  @ApiNoContentResponse()
  enter(@CurrentActor() actor: Actor, @Param('id') id: string, @Body() { state }: PresenceDto): Promise<void> {
    return this.presences.enter(actor, id, state);
  }
}
