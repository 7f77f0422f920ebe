import { ApiAnswer, ApiPage, ApiProblems, Idempotent, LocationOf, Roles, type Page } from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { CreateDriftCheckDto, DriftCheckDto, DriftReportDto, ListDriftChecksQuery } from './drift-checks.dto.js';
import { DriftChecks } from './drift-checks.service.js';

@ApiTags('migrations')
@Controller('drift-checks')
export class DriftChecksController {
  constructor(private readonly checks: DriftChecks) {}

  @Post()
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @Idempotent()
  @LocationOf((check: DriftReportDto) => `/drift-checks/${check.id}`)
  @ApiOperation({
    summary: "Compare tenants' databases with their templates",
    description:
      'In the background: tables, columns, types, defaults, constraints, indexes and their validity, functions, triggers, grants, extensions and settings of each database, with those of a fresh clone of the template of its set of migrations. It only reads: nothing is mended by itself. Each tenant that differs is an incident until a later check finds it as its template.',
  })
  @ApiAnswer(202, DriftReportDto)
  @ApiProblems('invalid_reference')
  create(@RequestOrigin() origin: Origin, @Body() input: CreateDriftCheckDto): Promise<DriftReportDto> {
    return this.checks.create(origin, input);
  }

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'List drift checks',
    description: 'Newest first, without what they found. They are kept for 90 days.',
  })
  @ApiPage(DriftCheckDto)
  list(@Query() query: ListDriftChecksQuery): Promise<Page<DriftCheckDto>> {
    return this.checks.list(query);
  }

  @Get(':id')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Read a drift check',
    description: 'Answers how far it is and, when it is DONE, what it found.',
  })
  @ApiAnswer(200, DriftReportDto)
  find(@Param('id') id: string): Promise<DriftReportDto> {
    return this.checks.find(id);
  }
}
