import { NotFound, ValidationFailed } from '@helpdeskly/errors';
import { MailTemplateName } from '@helpdeskly/tenant-db';
import { languages, type Language } from '../../mail-core/languages.js';
import { hasPlaceholder, unknownAmong } from '../../ticket-core/ticket-placeholders.js';
import { commentPlaceholder, templatePlaceholders } from '../templates/template-placeholders.js';

/** A template as an address names it. */
export interface NamedTemplate {
  readonly name: string;
  readonly locale: string;
}

export interface TemplatePlace {
  readonly name: MailTemplateName;
  readonly language: Language;
}

/** Throws NotFound. */
export function readPlace({ name, locale }: NamedTemplate): TemplatePlace {
  const template = Object.values(MailTemplateName).find((each) => each.toLowerCase() === name.toLowerCase());
  const language = languages.find((each) => each === locale.toLowerCase());
  if (template === undefined || language === undefined) throw new NotFound('mail template');
  return { name: template, language };
}

/** Throws ValidationFailed where a text has what only replies have, or a reply lacks what was written. */
export function assertFits(
  name: MailTemplateName,
  texts: { readonly body?: string; readonly footer?: string | null },
): void {
  const fields = [
    ['body', texts.body],
    ['footer', texts.footer],
  ] as const;
  for (const [field, text] of fields) {
    const unknown = typeof text === 'string' ? unknownAmong(templatePlaceholders[name], text) : undefined;
    if (unknown === undefined) continue;
    const message = `There is no placeholder ${unknown} in this template.`;
    throw new ValidationFailed([{ field, code: 'unknown_placeholder', message }]);
  }
  if (name !== 'REPLY' || texts.body === undefined || hasPlaceholder(texts.body, commentPlaceholder)) return;
  const message = `Without {{${commentPlaceholder}}} nobody would read what was written.`;
  throw new ValidationFailed([{ field: 'body', code: 'missing_placeholder', message }]);
}
