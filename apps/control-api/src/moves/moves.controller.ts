import { ApiAnswer, ApiPage, ApiProblems, Idempotent, LocationOf, Roles, type Page } from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { CreateMoveDto, EvacuationDto, ListMovesQuery, MoveDto } from './moves.dto.js';
import { Moves } from './moves.service.js';

@ApiTags('moves')
@Controller()
export class MovesController {
  constructor(private readonly moves: Moves) {}

  @Post('tenants/:id/moves')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @Idempotent()
  @LocationOf((move: MoveDto) => `/moves/${move.id}`)
  @ApiOperation({
    summary: 'Move a tenant to another database server',
    description:
      'Copies its database while it serves, repeats what is written meanwhile, and compares every row. Then PostgreSQL closes the former database, requests wait, and the catalog names the other server; a pause of more than two seconds rolls the move back. The former database is dropped after an hour.\n\n409 `move_unavailable` says in `missing` which privilege, setting or route is missing. If the tenant is moving there already, the answer is that move.',
  })
  @ApiAnswer(202, MoveDto)
  @ApiProblems('move_unavailable', 'invalid_reference')
  create(@RequestOrigin() origin: Origin, @Param('id') id: string, @Body() input: CreateMoveDto): Promise<MoveDto> {
    return this.moves.create(origin, id, input.serverId);
  }

  @Get('moves')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'List moves', description: 'Newest first unless `sort` says otherwise.' })
  @ApiPage(MoveDto)
  list(@Query() query: ListMovesQuery): Promise<Page<MoveDto>> {
    return this.moves.list(query);
  }

  @Get('moves/:id')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Read a move',
    description:
      'Until it has ended, `error` says why its last try failed; one that is ROLLED_BACK or CANCELLED has changed nothing.',
  })
  @ApiAnswer(200, MoveDto)
  find(@Param('id') id: string): Promise<MoveDto> {
    return this.moves.find(id);
  }

  @Post('moves/:id/cancel')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @LocationOf((move: MoveDto) => `/moves/${move.id}`)
  @ApiOperation({
    summary: 'Cancel a move before its switch',
    description:
      'The tenant stays where it is, and serves all along. The worker drops the copy, the slot and the publication; then the move is CANCELLED. A move that no worker has begun is CANCELLED at once. During a switch the answer waits for its end: one that has switched is not cancelled (409), but the tenant can be moved back. Cancelling it again changes nothing.',
  })
  @ApiAnswer(202, MoveDto)
  @ApiProblems('invalid_transition')
  cancel(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<MoveDto> {
    return this.moves.cancel(origin, id);
  }

  @Post('database-servers/:id/evacuate')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @Idempotent()
  @LocationOf((evacuation: EvacuationDto) => `/database-servers/${evacuation.serverId}/evacuation`)
  @ApiOperation({
    summary: 'Move all tenants away from a database server',
    description:
      'The server is DRAINING from then on. Its tenants move one after the other, each to the ACTIVE server with the most room, with seconds in between. Making the server ACTIVE again ends it; an order for a server that is being evacuated answers that evacuation.',
  })
  @ApiAnswer(202, EvacuationDto)
  @ApiProblems('move_unavailable')
  evacuate(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<EvacuationDto> {
    return this.moves.evacuate(origin, id);
  }

  @Get('database-servers/:id/evacuation')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'Read the last evacuation of a database server', description: 'How far it is.' })
  @ApiAnswer(200, EvacuationDto)
  evacuation(@Param('id') id: string): Promise<EvacuationDto> {
    return this.moves.evacuationOf(id);
  }
}
