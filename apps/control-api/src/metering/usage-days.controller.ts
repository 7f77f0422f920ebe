import { ApiCsv, csvOf, Roles, sendCsv, wantsCsv } from '@helpdeskly/http';
import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { UsageDaysDto, UsageDaysQuery } from './usage-days.dto.js';
import { UsageDays } from './usage-days.js';

const columns = ['day', 'requests', 'tickets', 'users', 'storageBytes', 'peakConnections'] as const;

@ApiTags('tenants')
@Controller('tenants/:id')
export class UsageDaysController {
  constructor(private readonly days: UsageDays) {}

  @Get('usage')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Read what a tenant used, by day',
    description:
      'One row a day (UTC), oldest first, from the day on which the tenant was created; at most 366 days. App-api’s processes report every 10 seconds. With `Accept: text/csv` the answer is CSV.',
  })
  @ApiCsv(UsageDaysDto)
  async read(
    @Param('id') id: string,
    @Query() query: UsageDaysQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UsageDaysDto | string> {
    reply.header('vary', 'Accept');
    if (wantsCsv(accept)) return this.readCsv(id, query, reply);
    const { data, meta } = await this.days.of(id, query);
    return { data, meta };
  }

  @Get('usage.csv')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'Export what a tenant used, by day', description: 'The same rows as a CSV file.' })
  @ApiCsv()
  async readCsv(
    @Param('id') id: string,
    @Query() query: UsageDaysQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { slug, data } = await this.days.of(id, query);
    return sendCsv(reply, `${slug}-usage.csv`, csvOf(columns, data));
  }
}
