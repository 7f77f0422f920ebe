import { type Broken, TextBy, UuidField } from '@helpdeskly/http';
import { MailTemplateName } from '@helpdeskly/tenant-db';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { languages, type Language } from '../../mail-core/languages.js';
import { unknownAmong } from '../../ticket-core/ticket-placeholders.js';
import { commentPlaceholder, templatePlaceholders } from '../templates/template-placeholders.js';

/** Of all templates: that of replies knows one more than the others. */
const known = templatePlaceholders.REPLY;
const names = Object.keys(known)
  .filter((name) => name !== commentPlaceholder)
  .map((name) => `\`{{${name}}}\``)
  .join(', ');

function placeholderRule(text: string): Broken | undefined {
  const unknown = unknownAmong(known, text);
  return unknown === undefined ? undefined : ['unknown_placeholder', `There is no placeholder ${unknown}.`];
}

const body = {
  max: 10_000,
  example: 'Hello {{reader.name}}, we have your message as {{ticket.reference}}.',
  description: `With placeholders: ${names}. \`me\` is who wrote the reply, else the helpdesk; \`me.email\` is the address of the mailbox. The template \`reply\` must have \`{{${commentPlaceholder}}}\`, the others cannot.`,
};
const footer = { max: 2000, optional: true, nullable: true, description: 'Stands below the signature, small.' };

@ApiSchema({ name: 'WriteMailTemplateDto' })
export class WriteTemplateDto {
  @TextBy(placeholderRule, body)
  readonly body!: string;

  @TextBy(placeholderRule, footer)
  readonly footer?: string | null;
}

@ApiSchema({ name: 'PreviewMailTemplateDto' })
export class PreviewTemplateDto {
  @TextBy(placeholderRule, { ...body, optional: true })
  readonly body?: string;

  @TextBy(placeholderRule, footer)
  readonly footer?: string | null;

  @UuidField({ optional: true, nullable: true, description: 'The ticket that it shows. Without one it is made up.' })
  readonly ticketId?: string | null;
}

/** What mails of a kind say in one language. */
@ApiSchema({ name: 'MailTemplateDto' })
export class TemplateDto {
  @ApiProperty({ enum: MailTemplateName, enumName: 'MailTemplateName' })
  readonly name!: MailTemplateName;
  @ApiProperty({ enum: languages, enumName: 'MailLanguage' })
  readonly locale!: Language;
  @ApiProperty()
  readonly body!: string;
  @ApiProperty({ type: String, nullable: true })
  readonly footer!: string | null;
  @ApiProperty({ description: 'Whether these are the words that every helpdesk begins with.' })
  readonly isBuiltIn!: boolean;
  @ApiProperty({ type: 'integer', description: '0 while it is built in.' })
  readonly version!: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null while it is built in.' })
  readonly updatedAt!: string | null;
}

/** A mail as it would leave. */
@ApiSchema({ name: 'MailTemplatePreviewDto' })
export class TemplatePreviewDto {
  @ApiProperty()
  readonly subject!: string;
  @ApiProperty()
  readonly text!: string;
  @ApiProperty()
  readonly html!: string;
}
