import { Module } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import { MailDnsRecords } from './mail-dns.service.js';
import { MailboxChanges } from './mailbox-changes.service.js';
import { MailboxCodes } from './mailbox-codes.js';
import { MailboxTests } from './mailbox-tests.service.js';
import { MailboxViews } from './mailbox-view.js';
import { MailboxesController } from './mailboxes.controller.js';
import { Mailboxes } from './mailboxes.service.js';
import { OwnDomains } from './own-domains.js';
import { OwnMailboxesController } from './own-mailboxes.controller.js';
import { OwnMailboxes } from './own-mailboxes.service.js';

/** The addresses at which a helpdesk gets mail. */
@Module({
  controllers: [MailboxesController, OwnMailboxesController],
  providers: [
    AuditTrail,
    MailboxChanges,
    MailboxCodes,
    MailboxTests,
    MailboxViews,
    MailDnsRecords,
    Mailboxes,
    OwnDomains,
    OwnMailboxes,
  ],
})
export class MailboxesModule {}
