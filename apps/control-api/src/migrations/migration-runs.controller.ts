import { ApiAnswer, ApiPage, ApiProblems, Idempotent, LocationOf, Roles, type Page } from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { MigrationCauses } from './migration-causes.js';
import { MigrationCauseGroupDto, MigrationRunDto, TenantMigrationDto } from './migration-run.dto.js';
import { MigrationRunOrders } from './migration-run-orders.js';
import {
  CreateMigrationRunDto,
  ListMigrationCausesQuery,
  ListMigrationRunsQuery,
  ListTenantMigrationsQuery,
} from './migration-runs.dto.js';
import { MigrationRuns } from './migration-runs.service.js';
import { RunEndedDto, RunProgressDto, RunReconnectDto } from './run-events.dto.js';
import { RunStreams } from './run-streams.js';

@ApiTags('migrations')
@Controller('migration-runs')
export class MigrationRunsController {
  constructor(
    private readonly runs: MigrationRuns,
    private readonly orders: MigrationRunOrders,
    private readonly causes: MigrationCauses,
    private readonly streams: RunStreams,
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

  @Get(':id/causes')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Group the failures of a migration run',
    description:
      'Tenants that failed or drifted, by SQLSTATE, migration, statement and message. Values are taken out of the message, so that tenants with the same fault stand together. The most frequent come first.',
  })
  @ApiPage(MigrationCauseGroupDto)
  listCauses(@Param('id') id: string, @Query() query: ListMigrationCausesQuery): Promise<Page<MigrationCauseGroupDto>> {
    return this.causes.list(id, query);
  }

  @Get(':id/events')
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Follow a migration run',
    description:
      'Server-Sent Events. `progress` has the run as GET /migration-runs/:id answers it, at first and after each change. `ended` has it once more when the run has ended and no tenant is under way; the stream ends with it. `reconnect` asks to connect again, because the server is about to stop. A comment comes every 15 seconds at least. The stream also ends when your token or key is no longer good.',
  })
  @ApiExtraModels(RunProgressDto, RunEndedDto, RunReconnectDto)
  @ApiOkResponse({
    description: 'Schemas have the names of the events, and describe their `data`.',
    content: {
      'text/event-stream': {
        schema: {
          type: 'string',
          contentMediaType: 'text/event-stream',
          contentSchema: {
            anyOf: [RunProgressDto, RunEndedDto, RunReconnectDto].map((event) => ({ $ref: getSchemaPath(event) })),
          },
        } as never,
      },
    },
  })
  @ApiProblems('stream_limit')
  follow(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.streams.open(id, request, reply);
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

  @Post(':id/pause')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Pause a RUNNING or SOAKING run',
    description: 'Migrations of tenants that have begun are completed. Nothing else begins until the run is resumed.',
  })
  @ApiAnswer(200, MigrationRunDto)
  @ApiProblems('invalid_transition')
  pause(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<MigrationRunDto> {
    return this.orders.move(origin, id, 'pause');
  }

  @Post(':id/resume')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Resume a PAUSED run',
    description: 'It goes on where it was. A soak goes by the clock: it is over if its time was up during the pause.',
  })
  @ApiAnswer(200, MigrationRunDto)
  @ApiProblems('invalid_transition')
  resume(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<MigrationRunDto> {
    return this.orders.move(origin, id, 'resume');
  }

  @Post(':id/advance')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Skip the rest of a soak',
    description: 'A SOAKING run goes on with the next wave at once.',
  })
  @ApiAnswer(200, MigrationRunDto)
  @ApiProblems('invalid_transition')
  advance(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<MigrationRunDto> {
    return this.orders.move(origin, id, 'advance');
  }

  @Post(':id/cancel')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cancel a RUNNING, SOAKING or PAUSED run',
    description: 'Migrations of tenants that have begun are completed.',
  })
  @ApiAnswer(200, MigrationRunDto)
  @ApiProblems('invalid_transition')
  cancel(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<MigrationRunDto> {
    return this.orders.move(origin, id, 'cancel');
  }
}
