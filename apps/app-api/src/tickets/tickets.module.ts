import { Module } from '@nestjs/common';
import { CommentsModule } from '../comments/comments.module.js';
import { EventsModule } from '../events/events.module.js';
import { LinksModule } from '../links/links.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { TicketLists } from './ticket-lists.service.js';
import { TicketJoinsController } from './ticket-joins.controller.js';
import { TicketMerges } from './ticket-merges.js';
import { TicketRedactions } from './ticket-redactions.service.js';
import { TicketRelations } from './ticket-relations.js';
import { TicketSplits } from './ticket-splits.js';
import { TicketsController } from './tickets.controller.js';
import { Tickets } from './tickets.service.js';

/** Tickets with their conversations and histories. Needs the app's global TenantDatabase, TenantContext and Cursors. */
@Module({
  imports: [CommentsModule, EventsModule, LinksModule, TagsModule],
  controllers: [TicketsController, TicketJoinsController],
  providers: [Tickets, TicketLists, TicketMerges, TicketSplits, TicketRelations, TicketRedactions],
  exports: [TicketLists, Tickets],
})
export class TicketsModule {}
