import type { TenantPrisma } from '@helpdeskly/tenancy';
import type { MailTemplateName } from '@helpdeskly/tenant-db';
import { languageOf } from '../../mail-core/languages.js';
import { filledIn } from '../../ticket-core/ticket-placeholders.js';
import { builtInTemplates, type TemplateText } from './built-in-templates.js';
import { templatePlaceholders, type MailFilling } from './template-placeholders.js';

/** What a mail says to a reader, in the words that the helpdesk has chosen for the reader's language. */
export async function wordsFor(
  db: TenantPrisma,
  name: MailTemplateName,
  locale: string,
  filling: MailFilling,
): Promise<TemplateText> {
  const language = languageOf(locale);
  const own = await db.mailTemplate.findUnique({ where: { name_language: { name, language } } });
  return fillTemplate(name, own ?? builtInTemplates[name][language], filling);
}

export function fillTemplate(
  name: MailTemplateName,
  { body, footer }: TemplateText,
  filling: MailFilling,
): TemplateText {
  const fill = (text: string) => filledIn(templatePlaceholders[name], text, filling);
  return { body: fill(body), footer: footer === null ? null : fill(footer) };
}

/** What placeholders say of a ticket, which is there. */
export async function ticketFilling(
  db: TenantPrisma,
  id: string,
  reference: (number: number) => string,
): Promise<MailFilling['ticket']> {
  const ticket = await db.ticket.findUniqueOrThrow({
    where: { id },
    select: {
      number: true,
      title: true,
      status: true,
      priority: true,
      author: { select: { name: true, email: true } },
      assignedTo: { select: { name: true } },
    },
  });
  return { ...ticket, reference: reference(ticket.number) };
}
