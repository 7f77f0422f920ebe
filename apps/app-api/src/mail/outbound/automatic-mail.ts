import { hashToken } from '@helpdeskly/auth';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Mailbox } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { ReplyAddresses, type ReplyAddressee } from '../../mail-core/reply-addresses.js';
import type { DueMail } from './due-mails.queries.js';
import { Letterhead } from './letterhead.js';
import { mailBody, type MailWords } from './mail-body.js';
import type { OutgoingMail } from './relay.js';

/** What a mail says that no person wrote. */
export interface Notice {
  /** The reader's name. */
  readonly reader: string;
  readonly subject: string;
  readonly words: MailWords;
}

/** Whose name and address a mail is from. */
export type MailboxHead = Pick<Mailbox, 'address' | 'name'>;

/** Writes mails in the name of the helpdesk. Throws CatalogUnavailable, ServiceUnavailable. */
@Injectable()
export class AutomaticMail {
  constructor(
    private readonly db: TenantDatabase,
    private readonly head: Letterhead,
    private readonly replies: ReplyAddresses,
  ) {}

  /** To somebody who is not expected to answer; from the default mailbox unless another one is named. */
  async notice(
    { id, address, createdAt }: DueMail,
    { reader, subject, words }: Notice,
    mailbox?: MailboxHead,
  ): Promise<OutgoingMail> {
    const bounceToken = await this.replies.bounceTokenOf(id);
    const bounceHash = new Uint8Array(hashToken(bounceToken));
    await this.db.client.mailDelivery.updateMany({ where: { id }, data: { bounceHash } });
    const from = mailbox ?? (await this.db.client.mailbox.findFirst({ where: { isDefault: true } }));
    return {
      envelope: { from: this.head.bounces(bounceToken), to: address },
      from: await this.head.sender(from ?? { address: null, name: null }),
      to: { name: reader, address },
      subject,
      ...mailBody(words),
      messageId: this.head.messageId({ ticketId: undefined, deliveryId: id }),
      references: [],
      date: createdAt,
      automatic: { submitted: 'auto-generated', loop: this.head.loopMark },
      files: [],
    };
  }

  /** The same, to somebody whose answer belongs into a ticket. */
  async conversation(
    mail: DueMail,
    notice: Notice,
    addressee: ReplyAddressee,
    mailbox?: MailboxHead,
  ): Promise<OutgoingMail> {
    const written = await this.notice(mail, notice, mailbox);
    const address = await this.db.transaction((tx) => this.replies.replyAddressOf(tx, addressee));
    const ticketId = mail.ticketId ?? undefined;
    return {
      ...written,
      replyTo: { name: written.from.name, address },
      messageId: this.head.messageId({ ticketId, deliveryId: mail.id }),
    };
  }
}
