import { ControlDatabase } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { ApiAnswer, Roles } from '@helpdeskly/http';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { controlConfig } from '../configuration/tokens.js';
import { pgAdminServers, type PgAdminServers } from './pgadmin-servers.js';

export class PgAdminServersDto implements PgAdminServers {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'object', additionalProperties: true } })
  readonly Servers!: PgAdminServers['Servers'];
}

@ApiTags('pgAdmin')
@Controller('pgadmin')
export class PgAdminController {
  constructor(
    private readonly control: ControlDatabase,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  @Get('servers.json')
  @Roles('OWNER', 'OPERATOR')
  @ApiOperation({
    summary: 'Export the servers for pgAdmin',
    description:
      'Answers a file that pgAdmin imports: the control database and every database server, for the role helpdeskly_readonly.',
  })
  @ApiAnswer(200, PgAdminServersDto)
  async list(): Promise<PgAdminServersDto> {
    const select = { name: true, host: true, port: true } as const;
    const servers = await this.control.client.databaseServer.findMany({ select, orderBy: { name: 'asc' } });
    const url = new URL(this.config.controlDatabaseUrl);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const database = decodeURIComponent(url.pathname.slice(1));
    return pgAdminServers({ host, port: Number(url.port || 5432), database }, servers);
  }
}
