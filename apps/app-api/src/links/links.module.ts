import { Module } from '@nestjs/common';
import { LinksController } from './links.controller.js';
import { TicketLinks } from './links.service.js';

/** How tickets belong together. */
@Module({ controllers: [LinksController], providers: [TicketLinks] })
export class LinksModule {}
