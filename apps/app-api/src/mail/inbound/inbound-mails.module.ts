import { Module } from '@nestjs/common';
import { InboundMailsController, TicketOpeningController } from './inbound-mails.controller.js';
import { InboundMails } from './inbound-mails.service.js';

/** Mails that arrived, over HTTP. */
@Module({ controllers: [InboundMailsController, TicketOpeningController], providers: [InboundMails] })
export class InboundMailsModule {}
