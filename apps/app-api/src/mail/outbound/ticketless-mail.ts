import { Injectable } from '@nestjs/common';
import { AccountMail } from './account-mail.js';
import type { DueMail } from './due-mails.queries.js';
import { MailboxMail } from './mailbox-mail.js';
import { NotificationMail } from './notification-mail.js';
import type { OutgoingMail } from './relay.js';

/** Writes mails that belong to no conversation. */
@Injectable()
export class TicketlessMail {
  constructor(
    private readonly accounts: AccountMail,
    private readonly mailboxes: MailboxMail,
    private readonly notifications: NotificationMail,
  ) {}

  /** Undefined when it is not to leave any more, and for a mail of another kind. Throws what its kind throws. */
  async compose(mail: DueMail): Promise<OutgoingMail | undefined> {
    switch (mail.kind) {
      case 'INVITATION':
      case 'PASSWORD_RESET':
        return this.accounts.compose(mail);
      case 'NOTIFICATION':
        return this.notifications.compose(mail);
      case 'ADDRESS_CODE':
        return this.mailboxes.code(mail);
      case 'TEST':
        return this.mailboxes.test(mail);
      default:
        return undefined;
    }
  }
}
