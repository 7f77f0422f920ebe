import { Injectable } from '@nestjs/common';
import { AccountMail } from './account-mail.js';
import type { DueMail } from './due-mails.queries.js';
import { NotificationMail } from './notification-mail.js';
import type { OutgoingMail } from './relay.js';
import { ReplyMail } from './reply-mail.js';
import { TicketNotices } from './ticket-notices.js';

/** Writes each mail as its kind is written. */
@Injectable()
export class MailComposer {
  constructor(
    private readonly replies: ReplyMail,
    private readonly accounts: AccountMail,
    private readonly notifications: NotificationMail,
    private readonly tickets: TicketNotices,
  ) {}

  /** The same mail for each attempt; undefined when it is not to leave any more. Throws what its kind throws. */
  async compose(mail: DueMail): Promise<OutgoingMail | undefined> {
    switch (mail.kind) {
      case 'REPLY':
        return this.replies.compose(mail);
      case 'INVITATION':
      case 'PASSWORD_RESET':
        return this.accounts.compose(mail);
      case 'NOTIFICATION':
        return this.notifications.compose(mail);
      case 'RECEIVED':
        return this.tickets.received(mail);
      case 'CLOSED':
        return this.tickets.closed(mail);
      default:
        return undefined;
    }
  }
}
