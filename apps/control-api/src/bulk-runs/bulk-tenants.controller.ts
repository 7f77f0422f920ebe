import { ApiAnswer, Idempotent, Roles, TakesCsv } from '@helpdeskly/http';
import { Body, Controller, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { answerRun } from './bulk-requests.js';
import { BulkResultsDto, BulkRunDto } from './bulk-run.dto.js';
import { BulkRuns } from './bulk-runs.service.js';
import { BulkTenants } from './bulk-tenants.js';
import { BulkTenantsDto, ImportTenantsQuery } from './bulk-tenants.dto.js';
import { TenantFile } from './tenant-file.js';

/** Its keys are kept for each tenant, not by the interceptor. */
const keptByItem = () => false;

const columns =
  '`name`, `slug`, `admin.email` and `admin.name`; optional are `plan`, `limits.maxConnections`, `limits.requestsPerMinute` and `limits.storageBytes`';

@ApiTags('tenants')
@Controller('tenants')
export class BulkTenantsController {
  constructor(
    private readonly bulk: BulkTenants,
    private readonly file: TenantFile,
    private readonly runs: BulkRuns,
  ) {}

  @Post('bulk')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @Idempotent(undefined, keptByItem)
  @ApiOperation({
    summary: 'Suspend, activate, rotate or limit many tenants',
    description:
      'Each tenant is changed, and audited, as by a request of its own: if one is refused, the others are still changed. For more than 100 tenants the answer is 202, and a run works in the background, with the rights that you have at that time. With an Idempotency-Key, a repeated call does only what the first one left undone.',
  })
  @ApiAnswer(200, BulkResultsDto)
  @ApiAnswer(202, BulkRunDto, 'More than 100 tenants.')
  async run(
    @RequestOrigin() origin: Origin,
    @Body() input: BulkTenantsDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkResultsDto | BulkRunDto> {
    const done = await this.bulk.run(origin, input, { request, reply });
    return typeof done === 'string' ? answerRun(reply, this.runs, done) : done;
  }

  @Post('import')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @Idempotent(undefined, keptByItem)
  @TakesCsv(
    `A header with ${columns}, then one tenant a row, at most 10,000. Other columns of GET /tenants.csv are ignored.`,
    'name,slug,admin.email,admin.name\nAcme Inc.,acme,ada@acme.example,Ada\n',
  )
  @ApiOperation({
    summary: 'Import tenants',
    description:
      'Creates a tenant for each row, as POST /tenants does; its admin gets an invitation. A row whose slug, name and admin’s address are those of a tenant changes nothing, so the same file can be sent again. If one row is refused, the others are still created: with `dryRun=true` you see before what would be refused, and why. For more than 100 rows the answer is 202, and a run works in the background.',
  })
  @ApiAnswer(200, BulkResultsDto)
  @ApiAnswer(202, BulkRunDto, 'More than 100 rows.')
  async import(
    @RequestOrigin() origin: Origin,
    @Query() { dryRun }: ImportTenantsQuery,
    @Body() text: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkResultsDto | BulkRunDto> {
    const done = await this.file.import(origin, text, dryRun === 'true', { request, reply });
    return typeof done === 'string' ? answerRun(reply, this.runs, done) : done;
  }
}
