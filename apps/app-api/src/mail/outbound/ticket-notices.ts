import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Mailbox, MailTemplateName } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { languageOf, readerLocale } from '../../mail-core/languages.js';
import { ticketFilling, wordsFor } from '../templates/mail-templates.js';
import { AutomaticMail } from './automatic-mail.js';
import type { DueMail } from './due-mails.queries.js';
import { Letterhead } from './letterhead.js';
import type { OutgoingMail } from './relay.js';
import { earlierMails, mailboxOfTicket, messageIdsOf } from './reply-mail.queries.js';
import { referencesOf } from './thread.js';

/** Writes what a template says about a ticket: that it was opened by mail, and that it was closed. */
@Injectable()
export class TicketNotices {
  constructor(
    private readonly db: TenantDatabase,
    private readonly head: Letterhead,
    private readonly automatic: AutomaticMail,
  ) {}

  /** The answer to a mail that opened a ticket. Undefined when the ticket is deleted, or its reader disabled. */
  async received(mail: DueMail): Promise<OutgoingMail | undefined> {
    const { mailboxId } = mail;
    const mailbox = mailboxId === null ? null : await this.db.client.mailbox.findUnique({ where: { id: mailboxId } });
    return this.compose(mail, 'RECEIVED', mailbox);
  }

  /** Undefined, too, when the ticket is open again, or goes on in another one. */
  async closed(mail: DueMail): Promise<OutgoingMail | undefined> {
    const { ticketId: id } = mail;
    if (id === null) return undefined;
    const isClosed = { id, status: 'CLOSED', mergedIntoId: null } as const;
    if ((await this.db.client.ticket.count({ where: isClosed })) === 0) return undefined;
    const [mailbox] = await this.db.client.$queryRaw<Mailbox[]>`
      SELECT m.* FROM "Ticket" t CROSS JOIN LATERAL (${mailboxOfTicket}) m WHERE t."id" = ${id}::uuid`;
    return this.compose(mail, 'CLOSED', mailbox ?? null);
  }

  private async compose(
    mail: DueMail,
    name: Exclude<MailTemplateName, 'REPLY'>,
    mailbox: Mailbox | null,
  ): Promise<OutgoingMail | undefined> {
    const { ticketId, userId } = mail;
    if (ticketId === null || userId === null) return undefined;
    const db = this.db.client;
    const reader = await db.user.findFirst({ where: { id: userId, status: { not: 'DISABLED' } } });
    const isThere = (await db.ticket.count({ where: { id: ticketId, deletedAt: null } })) > 0;
    if (reader === null || !isThere) return undefined;
    const { locale } = await readerLocale(db, reader);
    const ticket = await ticketFilling(db, ticketId, (number) => this.head.reference(number));
    const from = await this.head.sender(mailbox ?? { address: null, name: null });
    const { body, footer } = await wordsFor(db, name, locale, {
      ticket,
      me: { name: from.name, email: from.address },
      reader: { name: reader.name },
      helpdesk: { name: await this.head.helpdeskName() },
    });
    const notice = {
      reader: reader.name,
      subject: this.head.subject(ticket.number, ticket.title),
      words: {
        language: languageOf(locale),
        body,
        signature: mailbox?.signature ?? null,
        notes: footer === null ? [] : [footer],
      },
    };
    const written = await this.automatic.conversation(mail, notice, { ticketId, userId }, mailbox ?? undefined);
    const earlier = await earlierMails(db, mail);
    const submitted = name === 'RECEIVED' ? 'auto-replied' : 'auto-generated';
    return {
      ...written,
      references: referencesOf(messageIdsOf(earlier, (own) => this.head.messageId(own))),
      automatic: { submitted, loop: this.head.loopMark },
    };
  }
}
