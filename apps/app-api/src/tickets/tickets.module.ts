import { Module } from '@nestjs/common';
import { TicketListsModule } from '../ticket-lists/ticket-lists.module.js';
import { TicketJoinsController } from './ticket-joins.controller.js';
import { TicketMerges } from './ticket-merges.js';
import { TicketRedactions } from './ticket-redactions.service.js';
import { TicketRelations } from './ticket-relations.js';
import { TicketSplits } from './ticket-splits.js';
import { TicketsController } from './tickets.controller.js';
import { Tickets } from './tickets.service.js';

/** Tickets themselves. Needs the app's global TenantDatabase, TenantContext and Cursors. */
@Module({
  imports: [TicketListsModule],
  controllers: [TicketsController, TicketJoinsController],
  providers: [Tickets, TicketMerges, TicketSplits, TicketRelations, TicketRedactions],
})
export class TicketsModule {}
