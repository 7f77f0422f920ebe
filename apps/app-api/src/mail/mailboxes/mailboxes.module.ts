import { Module } from '@nestjs/common';
import { MailDnsRecords } from './mail-dns.service.js';
import { MailboxesController } from './mailboxes.controller.js';
import { Mailboxes } from './mailboxes.service.js';

/** The addresses at which a helpdesk gets mail. */
@Module({ controllers: [MailboxesController], providers: [MailDnsRecords, Mailboxes] })
export class MailboxesModule {}
