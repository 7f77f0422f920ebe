import { ApiCsv, type Cell, csvOf, Roles, sendCsv, wantsCsv } from '@helpdeskly/http';
import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ForKeys } from '../edge/api-key-scopes.js';
import {
  AgentsReportDto,
  DaysReportDto,
  GroupsReportDto,
  OpenReportDto,
  ReportFilterQuery,
  ReportQuery,
  TimesReportDto,
} from './reports.dto.js';
import { Reports } from './reports.service.js';

const shares = [
  'id',
  'name',
  'created',
  'resolved',
  'unsolved',
  'medianFirstResponseSeconds',
  'medianResolutionSeconds',
] as const;

/** The columns of each report, in the order of its file. */
const columns = {
  open: ['age', 'open', 'pending', 'onHold', 'total'],
  days: ['day', 'created', 'resolved'],
  times: ['measure', 'tickets', 'medianSeconds', 'p90Seconds', 'averageSeconds'],
  groups: shares,
  agents: shares,
} as const;

const which = 'Deleted and merged tickets and spam do not count.';
const asCsv = 'With `Accept: text/csv` the answer is CSV.';

@ApiTags('reports')
@Controller('reports/tickets')
export class ReportsController {
  constructor(private readonly reports: Reports) {}

  @Get('open')
  @Roles('ADMIN')
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'See how old unsolved tickets are',
    description: `Tickets that are not resolved or closed now, by the time since they were opened. ${which} ${asCsv}`,
  })
  @ApiCsv(OpenReportDto)
  async readOpen(
    @Query() query: ReportFilterQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OpenReportDto | string> {
    reply.header('vary', 'Accept');
    return wantsCsv(accept) ? this.exportOpen(query, reply) : this.reports.open(query);
  }

  @Get('open.csv')
  @Roles('ADMIN')
  @ForKeys('tickets:read')
  @ApiOperation({ summary: 'Export the report open', description: 'The same rows as a CSV file.' })
  @ApiCsv()
  async exportOpen(
    @Query() query: ReportFilterQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return fileOf(reply, 'open', columns.open, (await this.reports.open(query)).data);
  }

  @Get('days')
  @Roles('ADMIN')
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'See what was opened and resolved, by day',
    description: `One row a day, oldest first. ${which} ${asCsv}`,
  })
  @ApiCsv(DaysReportDto)
  async readDays(
    @Query() query: ReportQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DaysReportDto | string> {
    reply.header('vary', 'Accept');
    return wantsCsv(accept) ? this.exportDays(query, reply) : this.reports.days(query);
  }

  @Get('days.csv')
  @Roles('ADMIN')
  @ForKeys('tickets:read')
  @ApiOperation({ summary: 'Export the report days', description: 'The same rows as a CSV file.' })
  @ApiCsv()
  async exportDays(@Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    return fileOf(reply, 'days', columns.days, (await this.reports.days(query)).data);
  }

  @Get('times')
  @Roles('ADMIN')
  @ForKeys('tickets:read')
  @ApiOperation({ summary: 'See how long responses and resolutions took', description: `${which} ${asCsv}` })
  @ApiCsv(TimesReportDto)
  async readTimes(
    @Query() query: ReportQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TimesReportDto | string> {
    reply.header('vary', 'Accept');
    return wantsCsv(accept) ? this.exportTimes(query, reply) : this.reports.times(query);
  }

  @Get('times.csv')
  @Roles('ADMIN')
  @ForKeys('tickets:read')
  @ApiOperation({ summary: 'Export the report times', description: 'The same rows as a CSV file.' })
  @ApiCsv()
  async exportTimes(@Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    return fileOf(reply, 'times', columns.times, (await this.reports.times(query)).data);
  }

  @Get('groups')
  @Roles('ADMIN')
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'See the tickets of each group',
    description: `The 500 groups with the most tickets. ${which} ${asCsv}`,
  })
  @ApiCsv(GroupsReportDto)
  async readGroups(
    @Query() query: ReportQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GroupsReportDto | string> {
    reply.header('vary', 'Accept');
    return wantsCsv(accept) ? this.exportGroups(query, reply) : this.reports.groups(query);
  }

  @Get('groups.csv')
  @Roles('ADMIN')
  @ForKeys('tickets:read')
  @ApiOperation({ summary: 'Export the report groups', description: 'The same rows as a CSV file.' })
  @ApiCsv()
  async exportGroups(@Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    return fileOf(reply, 'groups', columns.groups, (await this.reports.groups(query)).data);
  }

  @Get('agents')
  @Roles('ADMIN')
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'See the tickets of each agent',
    description: `The 500 agents with the most tickets, by whom the tickets are assigned to now. ${which} ${asCsv}`,
  })
  @ApiCsv(AgentsReportDto)
  async readAgents(
    @Query() query: ReportQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AgentsReportDto | string> {
    reply.header('vary', 'Accept');
    return wantsCsv(accept) ? this.exportAgents(query, reply) : this.reports.agents(query);
  }

  @Get('agents.csv')
  @Roles('ADMIN')
  @ForKeys('tickets:read')
  @ApiOperation({ summary: 'Export the report agents', description: 'The same rows as a CSV file.' })
  @ApiCsv()
  async exportAgents(@Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    return fileOf(reply, 'agents', columns.agents, (await this.reports.agents(query)).data);
  }
}

function fileOf<Column extends string>(
  reply: FastifyReply,
  report: string,
  names: readonly Column[],
  rows: readonly Readonly<Record<Column, Cell>>[],
): string {
  return sendCsv(reply, `tickets-${report}.csv`, csvOf(names, rows));
}
