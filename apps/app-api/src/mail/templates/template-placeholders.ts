import type { MailTemplateName } from '@helpdeskly/tenant-db';
import { ticketPlaceholders, type Placeholders, type TicketFilling } from '../../ticket-core/ticket-placeholders.js';

/** What a mail's placeholders are filled in from. `me` is who wrote the reply, else the helpdesk. */
export interface MailFilling extends TicketFilling {
  readonly ticket: TicketFilling['ticket'] & { readonly reference: string };
  readonly reader: { readonly name: string };
  readonly helpdesk: { readonly name: string };
  /** Of a reply. */
  readonly comment?: { readonly body: string };
}

const ofMails = {
  ...ticketPlaceholders,
  'ticket.reference': ({ ticket }) => ticket.reference,
  'reader.name': ({ reader }) => reader.name,
  'helpdesk.name': ({ helpdesk }) => helpdesk.name,
} satisfies Placeholders<MailFilling>;

/** The place of what was written, without which a reply would say nothing. */
export const commentPlaceholder = 'comment.body';

export const templatePlaceholders: Readonly<Record<MailTemplateName, Placeholders<MailFilling>>> = {
  RECEIVED: ofMails,
  REPLY: { ...ofMails, [commentPlaceholder]: ({ comment }) => comment?.body ?? '' },
  CLOSED: ofMails,
};
