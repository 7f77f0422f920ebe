import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { DataCiphers } from '../../edge/data-ciphers.js';
import { languageOf, readerLocale } from '../../mail-core/languages.js';
import { AutomaticMail } from './automatic-mail.js';
import type { DueMail } from './due-mails.queries.js';
import { Letterhead } from './letterhead.js';
import { mailboxTexts } from './mailbox-texts.js';
import type { OutgoingMail } from './relay.js';

/** Writes mails about mailboxes: codes that verify an address, and test mails. */
@Injectable()
export class MailboxMail {
  constructor(
    private readonly db: TenantDatabase,
    private readonly head: Letterhead,
    private readonly automatic: AutomaticMail,
    private readonly ciphers: DataCiphers,
  ) {}

  /** In the language of the helpdesk. Undefined when the mailbox is gone. Throws CatalogUnavailable, ServiceUnavailable. */
  async code(mail: DueMail): Promise<OutgoingMail | undefined> {
    const { id, mailboxId, address } = mail;
    const { sealedSecret } = await this.db.client.mailDelivery.findUniqueOrThrow({ where: { id } });
    if (mailboxId === null || sealedSecret === null) return undefined;
    const { locale } = await this.db.client.settings.findUniqueOrThrow({ where: { id: 1 } });
    const code = (await this.ciphers.current()).open(sealedSecret, mailboxId);
    const helpdesk = await this.head.helpdeskName();
    const texts = mailboxTexts(locale);
    return this.automatic.notice(mail, {
      reader: '',
      subject: texts.codeSubject(code, helpdesk),
      words: { ...plain(locale), body: texts.code({ code, address, helpdesk }) },
    });
  }

  /** Undefined when the mailbox, or whoever asked, is gone. Throws CatalogUnavailable. */
  async test(mail: DueMail): Promise<OutgoingMail | undefined> {
    const { mailboxId, userId } = mail;
    if (mailboxId === null || userId === null) return undefined;
    const mailbox = await this.db.client.mailbox.findUnique({ where: { id: mailboxId } });
    const reader = await this.db.client.user.findFirst({ where: { id: userId, status: 'ACTIVE' } });
    if (mailbox === null || reader === null) return undefined;
    const { locale } = await readerLocale(this.db.client, reader);
    const helpdesk = await this.head.helpdeskName();
    const texts = mailboxTexts(locale);
    const { address } = await this.head.sender(mailbox);
    const body = texts.test({ mailbox: mailbox.address ?? address, helpdesk });
    const words = { ...plain(locale), body, signature: mailbox.signature };
    return this.automatic.notice(mail, { reader: reader.name, subject: texts.testSubject(helpdesk), words }, mailbox);
  }
}

const plain = (locale: string) => ({ language: languageOf(locale), signature: null, notes: [] });
