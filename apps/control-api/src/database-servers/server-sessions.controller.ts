import { ApiAnswer, ApiProblems, Roles } from '@helpdeskly/http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ServerConnectionsDto, ServerConnectionsQuery } from './server-sessions.dto.js';
import { ConnectedTenants } from './server-sessions.service.js';

@ApiTags('database servers')
@Controller('database-servers/:id/connections')
export class ServerSessionsController {
  constructor(private readonly connected: ConnectedTenants) {}

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'See who is connected to a database server',
    description:
      'Asks the server at the request: how many connections are open, how many it takes, and whose most of them are.',
  })
  @ApiAnswer(200, ServerConnectionsDto)
  @ApiProblems('tenant_database_unavailable')
  find(@Param('id') id: string, @Query() { limit = 10 }: ServerConnectionsQuery): Promise<ServerConnectionsDto> {
    return this.connected.of(id, limit);
  }
}
