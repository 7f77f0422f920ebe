import { ApiAnswer, ApiPage, ApiProblems, Idempotent, LocationOf, Roles, type Page } from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { CreateRehearsalDto, ListRehearsalsQuery, RehearsalDto, RehearsalReportDto } from './rehearsals.dto.js';
import { Rehearsals } from './rehearsals.service.js';

@ApiTags('migrations')
@Controller('migration-rehearsals')
export class RehearsalsController {
  constructor(private readonly rehearsals: Rehearsals) {}

  @Post()
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @Idempotent()
  @LocationOf((rehearsal: RehearsalReportDto) => `/migration-rehearsals/${rehearsal.id}`)
  @ApiOperation({
    summary: 'Try migrations on copies of tenants’ databases',
    description:
      'In the background: the largest, the oldest and a random ACTIVE tenant, and those that you name, are copied one after the other (schema, and rows as of one moment) on their own servers. The migrations run on the copies, away from traffic, and the copies are dropped in every case. It says which locks they held for how long, which tables they rewrote, and what a run over all tenants would take. It changes no tenant. A tenant whose database differs from its template has no true copy: its `error` says so.',
  })
  @ApiAnswer(202, RehearsalReportDto)
  @ApiProblems('invalid_reference')
  create(@RequestOrigin() origin: Origin, @Body() input: CreateRehearsalDto): Promise<RehearsalReportDto> {
    return this.rehearsals.create(origin, input);
  }

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'List rehearsals of migrations',
    description: 'Newest first, without what they found. They are kept for 90 days.',
  })
  @ApiPage(RehearsalDto)
  list(@Query() query: ListRehearsalsQuery): Promise<Page<RehearsalDto>> {
    return this.rehearsals.list(query);
  }

  @Get(':id')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Read a rehearsal of migrations',
    description: 'Answers how far it is and, when it is DONE, what it found and what to expect of a run.',
  })
  @ApiAnswer(200, RehearsalReportDto)
  find(@Param('id') id: string): Promise<RehearsalReportDto> {
    return this.rehearsals.find(id);
  }
}
