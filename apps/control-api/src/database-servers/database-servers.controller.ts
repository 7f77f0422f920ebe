import {
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
import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { DatabaseServerDto } from './database-server.dto.js';
import { ChangeDatabaseServerDto, CreateDatabaseServerDto, ListDatabaseServersQuery } from './database-servers.dto.js';
import { DatabaseServers } from './database-servers.service.js';

@ApiTags('database servers')
@Controller('database-servers')
export class DatabaseServersController {
  constructor(private readonly servers: DatabaseServers) {}

  @Post()
  @Roles('OWNER')
  @Idempotent()
  @LocationOf((server: DatabaseServerDto) => `/database-servers/${server.id}`)
  @ApiOperation({
    summary: 'Register a database server',
    description:
      'The server must be PostgreSQL 18 or newer. Before it is stored, the control API signs in as the administrator, checks the address and prepares the server for tenants.',
  })
  @ApiAnswer(201, DatabaseServerDto)
  @ApiProblems('name_taken', 'invalid_reference')
  create(@RequestOrigin() origin: Origin, @Body() input: CreateDatabaseServerDto): Promise<DatabaseServerDto> {
    return this.servers.create(origin, input);
  }

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'List database servers',
    description: 'Each with its capacity and the number of its tenants.',
  })
  @ApiPage(DatabaseServerDto)
  list(@Query() query: ListDatabaseServersQuery): Promise<Page<DatabaseServerDto>> {
    return this.servers.list(query);
  }

  @Get(':id')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'Read a database server', description: 'Credentials are never shown.' })
  @ApiAnswer(200, DatabaseServerDto)
  find(@Param('id') id: string): Promise<DatabaseServerDto> {
    return this.servers.find(id);
  }

  @Patch(':id')
  @Roles('OWNER', 'OPERATOR')
  @ApiOperation({
    summary: 'Change a database server',
    description:
      'Only an OWNER can change host, port, adminUrl and poolerAddress. The new address is checked as at registration and must lead to the databases of all tenants of the server.',
  })
  @ApiAnswer(200, DatabaseServerDto)
  @ApiProblems('name_taken', 'invalid_reference')
  change(
    @RequestOrigin() origin: Origin,
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() input: ChangeDatabaseServerDto,
    @IfMatch() version: number | undefined,
  ): Promise<DatabaseServerDto> {
    return this.servers.change({ origin, actor }, id, input, version);
  }
}
