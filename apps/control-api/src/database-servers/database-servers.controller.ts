import { ApiAnswer, ApiPage, Roles, type Page } from '@helpdeskly/http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DatabaseServerDto } from './database-server.dto.js';
import { ListDatabaseServersQuery } from './database-servers.dto.js';
import { DatabaseServers } from './database-servers.service.js';

@ApiTags('database servers')
@Controller('database-servers')
export class DatabaseServersController {
  constructor(private readonly servers: DatabaseServers) {}

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'List the servers of tenants’ databases' })
  @ApiPage(DatabaseServerDto)
  list(@Query() query: ListDatabaseServersQuery): Promise<Page<DatabaseServerDto>> {
    return this.servers.list(query);
  }

  @Get(':id')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'Read a server' })
  @ApiAnswer(200, DatabaseServerDto)
  find(@Param('id') id: string): Promise<DatabaseServerDto> {
    return this.servers.find(id);
  }
}
