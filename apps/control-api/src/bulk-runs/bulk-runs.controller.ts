import { ApiAnswer, ApiPage, ApiProblems, Roles, type Page } from '@helpdeskly/http';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { BulkItemDto, BulkRunDto, ListBulkResultsQuery, ListBulkRunsQuery } from './bulk-run.dto.js';
import { BulkRuns } from './bulk-runs.service.js';

@ApiTags('tenants')
@Controller('bulk-runs')
export class BulkRunsController {
  constructor(private readonly runs: BulkRuns) {}

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'List bulk runs', description: 'Work on more than 100 tenants, newest first.' })
  @ApiPage(BulkRunDto)
  list(@Query() query: ListBulkRunsQuery): Promise<Page<BulkRunDto>> {
    return this.runs.list(query);
  }

  @Get(':id')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'Read a bulk run', description: 'Its progress, and its result when it has ended.' })
  @ApiAnswer(200, BulkRunDto)
  find(@Param('id') id: string): Promise<BulkRunDto> {
    return this.runs.find(id);
  }

  @Get(':id/results')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'List what became of each tenant of a bulk run',
    description: 'In the order of the request; tenants whose turn is still to come are not listed.',
  })
  @ApiPage(BulkItemDto)
  results(@Param('id') id: string, @Query() query: ListBulkResultsQuery): Promise<Page<BulkItemDto>> {
    return this.runs.results(id, query);
  }

  @Post(':id/cancel')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cancel a RUNNING bulk run',
    description: 'Tenants that had their turn stay as they are now.',
  })
  @ApiAnswer(200, BulkRunDto)
  @ApiProblems('invalid_transition')
  cancel(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<BulkRunDto> {
    return this.runs.cancel(origin, id);
  }
}
