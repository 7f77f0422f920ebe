import { ApiAnswer, Roles } from '@helpdeskly/http';
import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReconciliationDto, ReconciliationQuery } from './reconciliation.dto.js';
import { Reconciliation } from './reconciliation.service.js';

@ApiTags('reconciliation')
@Controller('reconciliation')
export class ReconciliationController {
  constructor(private readonly reconciliation: Reconciliation) {}

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'What catalog, servers and queues disagree on',
    description:
      'What is half-made and nobody’s is removed, what the catalog says otherwise is repaired, each once it was seen twice and for long enough. Databases that ever served a tenant, and those of others, are only reported.',
  })
  @ApiAnswer(200, ReconciliationDto)
  report(@Query() query: ReconciliationQuery): Promise<ReconciliationDto> {
    return this.reconciliation.report(query);
  }

  @Post('run')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Compare now',
    description: 'Answers with what stands afterwards. It counts as one sighting.',
  })
  @ApiAnswer(200, ReconciliationDto)
  run(): Promise<ReconciliationDto> {
    return this.reconciliation.run();
  }
}
