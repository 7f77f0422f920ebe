import { Injectable } from '@nestjs/common';
import type { DueMail } from './due-mails.queries.js';
import type { OutgoingMail } from './relay.js';
import { ReplyMail } from './reply-mail.js';
import { TicketlessMail } from './ticketless-mail.js';
import { TicketNotices } from './ticket-notices.js';

/** Writes each mail as its kind is written. */
@Injectable()
export class MailComposer {
  constructor(
    private readonly replies: ReplyMail,
    private readonly tickets: TicketNotices,
    private readonly others: TicketlessMail,
  ) {}

  /** The same mail for each attempt; undefined when it is not to leave any more. Throws what its kind throws. */
  async compose(mail: DueMail): Promise<OutgoingMail | undefined> {
    switch (mail.kind) {
      case 'REPLY':
        return this.replies.compose(mail);
      case 'RECEIVED':
        return this.tickets.received(mail);
      case 'CLOSED':
        return this.tickets.closed(mail);
      default:
        return this.others.compose(mail);
    }
  }
}
