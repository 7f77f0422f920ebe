import { Module } from '@nestjs/common';
import { HandedInMail } from './handed-in-mail.js';
import { InboundMailController } from './inbound-mail.controller.js';
import { InboundMailsController, TicketOpeningController } from './inbound-mails.controller.js';
import { InboundMails } from './inbound-mails.service.js';
import { MailHandover } from './mail-handover.js';

/** Mails that arrived, over HTTP. */
@Module({
  controllers: [InboundMailController, InboundMailsController, TicketOpeningController],
  providers: [HandedInMail, InboundMails, MailHandover],
})
export class InboundMailsModule {}
