import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AutomaticMail } from './automatic-mail.js';
import type { DueMail } from './due-mails.queries.js';
import { languageOf } from './languages.js';
import { Letterhead } from './letterhead.js';
import { mailTexts } from './mail-texts.js';
import type { OutgoingMail } from './relay.js';
import { referencesOf } from './thread.js';

/** Writes the automatic answers to mails that opened a ticket. */
@Injectable()
export class ReceivedMail {
  constructor(
    private readonly db: TenantDatabase,
    private readonly head: Letterhead,
    private readonly automatic: AutomaticMail,
  ) {}

  /** Undefined when the ticket is deleted, or its reader disabled. Throws CatalogUnavailable, ServiceUnavailable. */
  async compose(mail: DueMail): Promise<OutgoingMail | undefined> {
    const { ticketId, userId, mailboxId } = mail;
    if (ticketId === null || userId === null) return undefined;
    const { ticket: tickets, user: users, mailbox: mailboxes, mailMessage: messages } = this.db.client;
    const ticket = await tickets.findFirst({ where: { id: ticketId, deletedAt: null } });
    const reader = await users.findFirst({ where: { id: userId, status: { not: 'DISABLED' } } });
    if (ticket === null || reader === null) return undefined;
    const mailbox = mailboxId === null ? null : await mailboxes.findUnique({ where: { id: mailboxId } });
    const opening = await messages.findFirst({ where: { ticketId, commentId: null }, orderBy: { id: 'asc' } });
    const { number, title } = ticket;
    const reference = this.head.reference(number);
    const notice = {
      reader: reader.name,
      subject: this.head.subject(number, title),
      words: {
        language: languageOf(null),
        body: mailTexts(null).received({ name: reader.name, reference, title }),
        signature: mailbox?.signature ?? null,
        notes: [],
      },
    };
    const references = referencesOf(opening === null ? [] : [opening.messageId]);
    const written = await this.automatic.conversation(mail, notice, { ticketId, userId }, mailbox ?? undefined);
    return { ...written, references, automatic: { submitted: 'auto-replied', loop: this.head.loopMark } };
  }
}
