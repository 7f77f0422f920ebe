import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { accountTexts } from './account-texts.js';
import { AccountTokens } from './account-tokens.js';
import { AutomaticMail } from './automatic-mail.js';
import type { DueMail } from './due-mails.queries.js';
import { languageOf, readerLocale, writtenTime } from '../../mail-core/languages.js';
import { Letterhead } from './letterhead.js';
import type { OutgoingMail } from './relay.js';

/** Writes the mails with a link that sets a password. */
@Injectable()
export class AccountMail {
  constructor(
    private readonly tokens: AccountTokens,
    private readonly head: Letterhead,
    private readonly automatic: AutomaticMail,
    private readonly db: TenantDatabase,
  ) {}

  /** Undefined when the mail is not to leave. Throws CatalogUnavailable, ServiceUnavailable. */
  async compose(mail: DueMail): Promise<OutgoingMail | undefined> {
    const found = await this.tokens.find(mail);
    if (found === undefined) return undefined;
    const { user, token, expiresAt } = found;
    const reader = await readerLocale(this.db.client, user);
    const helpdesk = await this.head.helpdeskName();
    const { invitation, reset, expiry } = accountTexts(reader.locale);
    const texts = user.status === 'INVITED' ? invitation : reset;
    return this.automatic.notice(
      { ...mail, address: user.email }, // What was typed into a form may look like it and be another.
      {
        reader: user.name,
        subject: texts.subject(helpdesk),
        words: {
          language: languageOf(reader.locale),
          body: texts.body({ name: user.name, helpdesk }),
          signature: null,
          // Browsers keep what stands behind # to themselves: no log has the token.
          link: { label: texts.link, href: this.head.page(`/invitation#${token}`) },
          notes: [expiry(writtenTime(reader, expiresAt))],
        },
      },
    );
  }
}
