import { ApiAnswer, ApiProblems, CurrentActor, Idempotent, RequestRates, Roles, type Actor } from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ForKeys } from '../edge/api-key-scopes.js';
import { BulkRunDto } from './bulk-runs.dto.js';
import { BulkRuns } from './bulk-runs.service.js';
import { BulkWork } from './bulk-work.js';
import { BulkDto, BulkResultsDto } from './bulk.dto.js';
import { TicketBulk, type BulkResult } from './ticket-bulk.js';

@ApiTags('tickets')
@Controller('tickets/bulk')
export class BulkController {
  constructor(
    private readonly bulk: TicketBulk,
    private readonly work: BulkWork,
    private readonly runs: BulkRuns,
    private readonly rates: RequestRates,
  ) {}

  @Post()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:write')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Change many tickets, reply to them, or apply a macro to them',
    description:
      'Each ticket is changed as by a request of its own: when one is refused, the others are still changed. The call counts as one request for each ticket; if the rate limit has no room for all of them, nothing changes. With an Idempotency-Key, a repeated call does only what the first one left undone. With `filter` the answer is 202 and a run works in the background, with the rights that you have at that time.',
  })
  @ApiAnswer(200, BulkResultsDto)
  @ApiAnswer(202, BulkRunDto)
  @ApiProblems('invalid_reference', 'limit_reached', 'service_unavailable')
  @Idempotent(undefined, (body) => typeof body === 'object' && body !== null && 'filter' in body)
  async run(
    @CurrentActor() actor: Actor,
    @Body() input: BulkDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ results: BulkResult[] } | BulkRunDto> {
    const { ids, filter, changes, comment, macroId } = input;
    await this.work.assertSound(actor, input);
    if (filter !== undefined) {
      const run = await this.runs.start(actor, filter, { changes, comment, macroId });
      reply.answerStatus = 202;
      reply.header('location', `/api/v1/tickets/bulk/${run.id}`);
      return run;
    }
    await this.rates.charge(request, reply, (ids?.length ?? 0) - 1); // The request itself is counted.
    const { results, replayed } = await this.bulk.run(actor, request, input);
    if (replayed) reply.header('idempotency-replayed', 'true');
    return { results };
  }

  @Get(':runId')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'Read a bulk run',
    description: 'The user who started the run and admins can read it.',
  })
  @ApiAnswer(200, BulkRunDto)
  find(@CurrentActor() actor: Actor, @Param('runId') id: string): Promise<BulkRunDto> {
    return this.runs.find(actor, id);
  }
}
