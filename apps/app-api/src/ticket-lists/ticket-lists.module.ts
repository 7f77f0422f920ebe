import { Module } from '@nestjs/common';
import { TicketLists } from './ticket-lists.service.js';

/** Finding tickets, for all that list them. Needs the app's global TenantDatabase, TenantContext, Cursors and SearchIndex. */
@Module({ providers: [TicketLists], exports: [TicketLists] })
export class TicketListsModule {}
