import { Module } from '@nestjs/common';
import { MailboxesController } from './mailboxes.controller.js';
import { Mailboxes } from './mailboxes.service.js';

/** The addresses at which a helpdesk gets mail. */
@Module({ controllers: [MailboxesController], providers: [Mailboxes] })
export class MailboxesModule {}
