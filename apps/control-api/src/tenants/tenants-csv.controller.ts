import type { Readable } from 'node:stream';
import { ApiCsv, Roles, streamCsv } from '@helpdeskly/http';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { exportColumns, TenantsCsv } from './tenants-csv.js';
import { ExportTenantsQuery } from './tenants.dto.js';

@ApiTags('tenants')
@Controller()
export class TenantsCsvController {
  constructor(private readonly tenants: TenantsCsv) {}

  @Get('tenants.csv')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Export tenants',
    description:
      'All tenants that the filters find, as a CSV file. A text that a spreadsheet would run as a formula begins with an apostrophe. The file can be imported again.',
  })
  @ApiCsv()
  export(@Query() query: ExportTenantsQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<Readable> {
    return streamCsv(reply, 'tenants.csv', exportColumns, this.tenants.pages(query));
  }
}
