import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { isStaff, type Viewer } from '../../ticket-core/viewer.js';
import { AutomaticMail } from './automatic-mail.js';
import type { DueMail } from './due-mails.queries.js';
import { languageOf, readerLocale } from '../../mail-core/languages.js';
import { Letterhead } from './letterhead.js';
import type { MailWords } from './mail-body.js';
import { readNotified, type NotifiedFacts } from './notification-mail.queries.js';
import { notificationTexts } from './notification-texts.js';
import type { OutgoingMail } from './relay.js';

/** Of a text that the mail shows, in code points; the page has all of it. */
const longestText = 5000;

/** Writes the mails that tell somebody of a notification. */
@Injectable()
export class NotificationMail {
  constructor(
    private readonly db: TenantDatabase,
    private readonly head: Letterhead,
    private readonly automatic: AutomaticMail,
  ) {}

  /** Undefined when there is nothing to tell any more. Throws CatalogUnavailable, ServiceUnavailable. */
  async compose(mail: DueMail): Promise<OutgoingMail | undefined> {
    const { userId, notificationId } = mail;
    if (userId === null || notificationId === null) return undefined;
    const reader = await this.db.client.user.findUnique({ where: { id: userId } });
    if (reader?.status !== 'ACTIVE') return undefined;
    const facts = await readNotified(this.db.client, notificationId, reader);
    if (facts === undefined || !mayTell(facts, reader)) return undefined;
    const helpdesk = await this.head.helpdeskName();
    const { locale } = await readerLocale(this.db.client, reader);
    const { number, title, ticketId } = facts;
    const subject =
      number === null || title === null
        ? notificationTexts(locale).subject(helpdesk)
        : this.head.subject(number, title);
    const notice = { reader: reader.name, subject, words: this.words(facts, helpdesk, locale) };
    // Who answers what everybody reads is read by everybody; an answer to a note for the staff must not be.
    const answers = ticketId !== null && facts.kind === 'REPLIED' && facts.visibility === 'PUBLIC';
    return answers
      ? this.automatic.conversation(mail, notice, { ticketId, userId })
      : this.automatic.notice(mail, notice);
  }

  private words(facts: NotifiedFacts, helpdesk: string, locale: string): MailWords {
    const texts = notificationTexts(locale);
    const { kind, number, title, text, details, visibility } = facts;
    const said = (name: string) => String(details[name] ?? '');
    const reference = number === null ? '' : this.head.reference(number);
    const about = { who: facts.actor ?? helpdesk, reference, title: title ?? '', code: said('code') || '–' };
    const sentence = kind === 'SECURITY' ? texts.security[said('event')] : texts.sentences[kind];
    const happened = sentence?.({ ...about, address: said('address') }) ?? '';
    const path = kind === 'SECURITY' ? '/account' : number === null ? '/notifications' : `/tickets/${number}`;
    const canAnswer = kind === 'REPLIED' && visibility === 'PUBLIC';
    return {
      language: languageOf(locale),
      body: text === null ? happened : `${happened}\n\n${shortened(text)}`,
      signature: null,
      link: { label: texts.open, href: this.head.page(path) },
      notes: kind === 'SECURITY' ? [texts.securityNote] : [...(canAnswer ? [texts.answer] : []), texts.choose],
    };
  }
}

/** Customers hear of their account alone: what staff says to them leaves as a mail of its own. */
function mayTell({ kind }: NotifiedFacts, reader: Viewer): boolean {
  return kind === 'SECURITY' || isStaff(reader);
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= longestText ? text : `${characters.slice(0, longestText).join('')}…`;
}
