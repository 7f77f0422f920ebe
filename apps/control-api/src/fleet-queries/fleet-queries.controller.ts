import { ApiAnswer, ApiProblems, Roles, type WrittenAnswer } from '@helpdeskly/http';
import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { AskFleetDto, FleetAnswerDto } from './fleet-query.dto.js';
import { FleetQueries } from './fleet-queries.service.js';

@ApiTags('tenants')
@Controller('fleet-queries')
export class FleetQueriesController {
  constructor(private readonly queries: FleetQueries) {}

  @Post()
  @Roles('OWNER')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Ask all tenants’ databases the same',
    description:
      'Runs one reading statement in the database of each tenant, in a read-only transaction, as the support role, which reads an allow list of columns: no secrets, raw mail or drafts. At most 100 rows a tenant, 64 KiB a row, 16 MiB and two minutes in all. A tenant that fails stops no other. Both the platform’s and each tenant’s audit trail record it before anything is read; only the platform’s has the statement.',
  })
  @ApiAnswer(200, FleetAnswerDto)
  @ApiProblems('invalid_reference', 'run_in_progress')
  async ask(
    @RequestOrigin() origin: Origin,
    @Body() input: AskFleetDto,
    @Req() { raw }: FastifyRequest,
  ): Promise<WrittenAnswer<FleetAnswerDto>> {
    const left = new AbortController();
    const leave = () => left.abort();
    raw.socket.once('close', leave);
    try {
      return await this.queries.ask(origin, input, left.signal);
    } finally {
      raw.socket.off('close', leave);
    }
  }
}
