import { ApiAnswer, ApiPage, ApiProblems, Idempotent, LocationOf, Roles, type Page } from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { MigrationRunDto, TenantMigrationDto } from './migration-run.dto.js';
import { MigrationRunOrders } from './migration-run-orders.js';
import { CreateMigrationRunDto, ListMigrationRunsQuery, ListTenantMigrationsQuery } from './migration-runs.dto.js';
import { MigrationRuns } from './migration-runs.service.js';

@ApiTags('migrations')
@Controller('migration-runs')
export class MigrationRunsController {
  constructor(
    private readonly runs: MigrationRuns,
    private readonly orders: MigrationRunOrders,
  ) {}

  @Post()
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @Idempotent()
  @LocationOf((run: MigrationRunDto) => `/migration-runs/${run.id}`)
  @ApiOperation({
    summary: 'Start a migration run',
    description:
      'Applies pending migrations to tenants’ databases in the background, while they serve. If one tenant fails, the others go on. Tenants that have every migration are not touched. A migration is pending if the folder has it and the tenant does not, whatever the order of names. There is one run at a time: `run_in_progress` names the other one in `runId`.',
  })
  @ApiAnswer(202, MigrationRunDto)
  @ApiProblems('invalid_reference', 'run_in_progress')
  create(@RequestOrigin() origin: Origin, @Body() input: CreateMigrationRunDto): Promise<MigrationRunDto> {
    return this.orders.create(origin, input);
  }

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({ summary: 'List migration runs', description: 'Newest first.' })
  @ApiPage(MigrationRunDto)
  list(@Query() query: ListMigrationRunsQuery): Promise<Page<MigrationRunDto>> {
    return this.runs.list(query);
  }

  @Get(':id')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Read a migration run',
    description: 'Answers its status and how many tenants are migrated, waiting and failed.',
  })
  @ApiAnswer(200, MigrationRunDto)
  find(@Param('id') id: string): Promise<MigrationRunDto> {
    return this.runs.find(id);
  }

  @Get(':id/tenants')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'List the tenants of a migration run',
    description: 'Each with its state in the run and, when it failed, the cause.',
  })
  @ApiPage(TenantMigrationDto)
  tenants(@Param('id') id: string, @Query() query: ListTenantMigrationsQuery): Promise<Page<TenantMigrationDto>> {
    return this.runs.tenants(id, query);
  }

  @Post(':id/retry')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(202)
  @LocationOf((run: MigrationRunDto) => `/migration-runs/${run.id}`)
  @ApiOperation({
    summary: 'Resume a FAILED, HALTED or CANCELLED run',
    description:
      'Works on the tenants that failed or drifted and on those that were not reached, with the migrations as they are now.',
  })
  @ApiAnswer(202, MigrationRunDto)
  @ApiProblems('invalid_transition', 'run_in_progress')
  retry(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<MigrationRunDto> {
    return this.orders.retry(origin, id);
  }

  @Post(':id/cancel')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cancel a RUNNING run',
    description: 'Migrations of tenants that have begun are completed.',
  })
  @ApiAnswer(200, MigrationRunDto)
  @ApiProblems('invalid_transition')
  cancel(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<MigrationRunDto> {
    return this.orders.cancel(origin, id);
  }
}
