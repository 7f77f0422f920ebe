import { Module } from '@nestjs/common';
import { TicketListsModule } from '../ticket-lists/ticket-lists.module.js';
import { ViewTickets } from './view-tickets.js';
import { ViewsController } from './views.controller.js';
import { Views } from './views.service.js';

/** Saved searches for tickets. */
@Module({ imports: [TicketListsModule], controllers: [ViewsController], providers: [Views, ViewTickets] })
export class ViewsModule {}
