import { Module } from '@nestjs/common';
import { TicketsModule } from '../tickets/tickets.module.js';
import { ViewTickets } from './view-tickets.js';
import { ViewsController } from './views.controller.js';
import { Views } from './views.service.js';

/** Saved searches for tickets. */
@Module({ imports: [TicketsModule], controllers: [ViewsController], providers: [Views, ViewTickets] })
export class ViewsModule {}
