import type { InLanguages } from '../../mail-core/languages.js';
import type { MailTemplateName } from '@helpdeskly/tenant-db';

/** What a mail says: a text, and a note below its signature. Both may have placeholders. */
export interface TemplateText {
  readonly body: string;
  readonly footer: string | null;
}

/** What mails say until a helpdesk writes words of its own. */
export const builtInTemplates: Readonly<Record<MailTemplateName, InLanguages<TemplateText>>> = {
  RECEIVED: {
    en: {
      body: 'Hello {{reader.name}},\n\nthank you for your message. We have it as {{ticket.reference}}: {{ticket.title}}. Answer this mail if you want to add something.',
      footer: null,
    },
    de: {
      body: 'Guten Tag {{reader.name}},\n\nvielen Dank für Ihre Nachricht. Sie hat bei uns die Nummer {{ticket.reference}}: {{ticket.title}}. Antworten Sie auf diese Mail, wenn Sie etwas ergänzen möchten.',
      footer: null,
    },
    fr: {
      body: 'Bonjour {{reader.name}},\n\nmerci pour votre message. Nous l’avons enregistré sous {{ticket.reference}} : {{ticket.title}}. Répondez à ce message si vous souhaitez ajouter quelque chose.',
      footer: null,
    },
    es: {
      body: 'Hola {{reader.name}}:\n\nGracias por su mensaje. Lo tenemos como {{ticket.reference}}: {{ticket.title}}. Responda a este mensaje si quiere añadir algo.',
      footer: null,
    },
  },
  REPLY: {
    en: {
      body: '{{comment.body}}',
      footer: '{{me.name}} replied to {{ticket.reference}}: {{ticket.title}}. Answer this mail to reply.',
    },
    de: {
      body: '{{comment.body}}',
      footer:
        '{{me.name}} hat auf {{ticket.reference}} geantwortet: {{ticket.title}}. Antworten Sie einfach auf diese Mail.',
    },
    fr: {
      body: '{{comment.body}}',
      footer: '{{me.name}} a répondu à {{ticket.reference}} : {{ticket.title}}. Répondez simplement à ce message.',
    },
    es: {
      body: '{{comment.body}}',
      footer:
        '{{me.name}} ha respondido a {{ticket.reference}}: {{ticket.title}}. Responda a este mensaje para contestar.',
    },
  },
  CLOSED: {
    en: {
      body: 'Hello {{reader.name}},\n\n{{ticket.reference}} is closed: {{ticket.title}}. Answer this mail if you need us again: a new ticket will refer to this one.',
      footer: null,
    },
    de: {
      body: 'Guten Tag {{reader.name}},\n\n{{ticket.reference}} ist geschlossen: {{ticket.title}}. Antworten Sie auf diese Mail, wenn Sie uns wieder brauchen: Ein neues Ticket wird auf dieses verweisen.',
      footer: null,
    },
    fr: {
      body: 'Bonjour {{reader.name}},\n\n{{ticket.reference}} est clos : {{ticket.title}}. Répondez à ce message si vous avez encore besoin de nous : un nouveau ticket y fera référence.',
      footer: null,
    },
    es: {
      body: 'Hola {{reader.name}}:\n\n{{ticket.reference}} está cerrado: {{ticket.title}}. Responda a este mensaje si nos necesita de nuevo: un nuevo ticket remitirá a este.',
      footer: null,
    },
  },
};
