import { Module } from '@nestjs/common';
import { MacrosModule } from '../macros/macros.module.js';
import { BulkRuns } from './bulk-runs.service.js';
import { BulkWork } from './bulk-work.js';
import { BulkController } from './bulk.controller.js';
import { TicketBulk } from './ticket-bulk.js';

/** What is done to many tickets at once. */
@Module({
  imports: [MacrosModule],
  controllers: [BulkController],
  providers: [BulkWork, BulkRuns, TicketBulk],
})
export class BulkModule {}
