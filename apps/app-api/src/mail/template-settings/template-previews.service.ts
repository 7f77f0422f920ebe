import { InvalidReference } from '@helpdeskly/errors';
import type { Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { inLanguageOf, type InLanguages } from '../../mail-core/languages.js';
import { Letterhead } from '../outbound/letterhead.js';
import { mailBody } from '../outbound/mail-body.js';
import { fillTemplate, ticketFilling } from '../templates/mail-templates.js';
import type { MailFilling } from '../templates/template-placeholders.js';
import { assertFits, readPlace, type NamedTemplate } from './template-place.js';
import type { PreviewTemplateDto, TemplatePreviewDto } from './template-settings.dto.js';
import { TemplateSettings } from './template-settings.service.js';

/** A ticket that nobody has opened. */
const madeUp: InLanguages<{ readonly title: string; readonly comment: string }> = {
  en: { title: 'The printer prints blank pages', comment: 'A new toner is on its way to you.' },
  de: { title: 'Der Drucker druckt leere Seiten', comment: 'Ein neuer Toner ist zu Ihnen unterwegs.' },
  fr: { title: 'L’imprimante sort des pages blanches', comment: 'Un nouveau toner est en route.' },
  es: { title: 'La impresora saca páginas en blanco', comment: 'Un nuevo tóner está en camino.' },
};

/** Shows what mails of a template would look like. */
@Injectable()
export class TemplatePreviews {
  constructor(
    private readonly db: TenantDatabase,
    private readonly templates: TemplateSettings,
    private readonly head: Letterhead,
  ) {}

  /** Throws NotFound, ValidationFailed, InvalidReference, CatalogUnavailable. */
  async preview(actor: Actor, named: NamedTemplate, input: PreviewTemplateDto): Promise<TemplatePreviewDto> {
    const { name, language } = readPlace(named);
    assertFits(name, input);
    const stored = await this.templates.find(name, language);
    const { body = stored.body, footer = stored.footer } = input;
    const mailbox = await this.db.client.mailbox.findFirstOrThrow({ where: { isDefault: true } });
    const from = await this.head.sender(mailbox);
    const ticket = await this.ticket(input.ticketId ?? null, language);
    const me = await this.db.client.user.findUniqueOrThrow({ where: { id: actor.id }, select: { name: true } });
    const said = fillTemplate(
      name,
      { body, footer },
      {
        ticket,
        me: { name: name === 'REPLY' ? me.name : from.name, email: from.address },
        reader: { name: ticket.author.name },
        helpdesk: { name: await this.head.helpdeskName() },
        comment: { body: inLanguageOf(language, madeUp).comment },
      },
    );
    const notes = said.footer === null ? [] : [said.footer];
    const words = mailBody({ language, body: said.body, signature: mailbox.signature, notes });
    return { subject: this.head.subject(ticket.number, ticket.title), ...words };
  }

  private async ticket(id: string | null, language: string): Promise<MailFilling['ticket']> {
    const reference = (number: number) => this.head.reference(number);
    if (id === null) {
      const author = { name: 'Ada Lovelace', email: 'ada@customer.example' };
      const facts = { number: 42, status: 'OPEN', priority: 'MEDIUM', author, assignedTo: null } as const;
      return { ...facts, title: inLanguageOf(language, madeUp).title, reference: reference(facts.number) };
    }
    if ((await this.db.client.ticket.count({ where: { id, deletedAt: null } })) === 0)
      throw new InvalidReference('ticketId', 'There is no such ticket.');
    return ticketFilling(this.db.client, id, reference);
  }
}
