import { Module } from '@nestjs/common';
import { EventsController } from './events.controller.js';
import { TicketHistory } from './events.service.js';

/** Events of tickets. */
@Module({ controllers: [EventsController], providers: [TicketHistory] })
export class EventsModule {}
