import { Module } from '@nestjs/common';
import { CommentsModule } from '../comments/comments.module.js';
import { MacrosModule } from '../macros/macros.module.js';
import { TicketsModule } from '../tickets/tickets.module.js';
import { BulkRuns } from './bulk-runs.service.js';
import { BulkWork } from './bulk-work.js';
import { BulkController } from './bulk.controller.js';
import { TicketBulk } from './ticket-bulk.js';

/** What is done to many tickets at once. */
@Module({
  imports: [CommentsModule, MacrosModule, TicketsModule],
  controllers: [BulkController],
  providers: [BulkWork, BulkRuns, TicketBulk],
})
export class BulkModule {}
