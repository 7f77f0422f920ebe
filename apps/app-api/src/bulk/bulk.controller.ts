import { ApiAnswer, ApiProblems, CurrentActor, RequestRates, Roles, type Actor } from '@helpdeskly/http';
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BulkWork } from './bulk-work.js';
import { BulkDto, BulkResultsDto } from './bulk.dto.js';
import { TicketBulk, type BulkResult } from './ticket-bulk.js';

@ApiTags('tickets')
@Controller('tickets/bulk')
export class BulkController {
  constructor(
    private readonly bulk: TicketBulk,
    private readonly work: BulkWork,
    private readonly rates: RequestRates,
  ) {}

  @Post()
  @Roles('ADMIN', 'AGENT')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Change many tickets, reply to them, or apply a macro to them',
    description:
      'Each as by a request of its own: what one is refused changes nothing for the others. Counts as many requests as it names tickets: where the rate limit has no room for all of them, nothing is done.',
  })
  @ApiAnswer(200, BulkResultsDto)
  @ApiProblems('invalid_reference')
  async run(
    @CurrentActor() actor: Actor,
    @Body() input: BulkDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ results: BulkResult[] }> {
    await this.work.assertSound(actor, input);
    await this.rates.charge(request, reply, input.ids.length - 1); // The request itself is counted.
    return { results: await this.bulk.run(actor, request.id, input) };
  }
}
