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
    summary: 'List differences between catalog, servers and queues',
    description:
      'The reconciler removes half-made objects that belong to no tenant and repairs what differs from the catalog, after it has seen each twice and for long enough. It only reports databases that once served a tenant, and those of other installations.',
  })
  @ApiAnswer(200, ReconciliationDto)
  report(@Query() query: ReconciliationQuery): Promise<ReconciliationDto> {
    return this.reconciliation.report(query);
  }

  @Post('run')
  @Roles('OWNER', 'OPERATOR')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Run the reconciler now',
    description: 'Answers the state after the run. The run counts as one sighting.',
  })
  @ApiAnswer(200, ReconciliationDto)
  run(): Promise<ReconciliationDto> {
    return this.reconciliation.run();
  }
}
