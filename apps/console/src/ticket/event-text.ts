import type { I18n, MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Schemas, TicketPriority, TicketStatus } from '../api/client.js';
import { priorityLabels, statusLabels } from '../tickets/labels.js';

/** What stands behind the name of the person who did it. */
export const eventSentence: Readonly<Record<Schemas['TicketEventType'], MessageDescriptor>> = {
  CREATED: msg`opened the ticket`,
  UPDATED: msg`changed the ticket`,
  COMMENTED: msg`wrote a comment`,
  DELETED: msg`deleted the ticket`,
  RESTORED: msg`restored the ticket`,
  MERGED: msg`merged it into another ticket`,
  ABSORBED: msg`merged another ticket into it`,
  REDACTED: msg`removed a text`,
  SPLIT: msg`split comments into a new ticket`,
  LINKED: msg`linked a ticket`,
  UNLINKED: msg`removed a link`,
  ANONYMIZED: msg`removed somebody's personal data`,
  IMPORTED: msg`imported the ticket`,
};

/** The fields whose change is told; the others are for machines. */
export const fieldName: Readonly<Record<string, MessageDescriptor>> = {
  title: msg`Subject`,
  status: msg`Status`,
  priority: msg`Priority`,
  assignedToId: msg`Assignee`,
  groupId: msg`Group`,
  organizationId: msg`Organization`,
  authorId: msg`Requester`,
  tags: msg`Tags`,
  spam: msg`Spam`,
};

const nothing = '–';
const yes = msg`Yes`;
const no = msg`No`;

export function valueText(i18n: I18n, field: string, value: unknown, names: Readonly<Record<string, string>>): string {
  if (value === null || value === undefined || value === '') return nothing;
  if (typeof value === 'boolean') return i18n._(value ? yes : no);
  if (Array.isArray(value)) return value.length === 0 ? nothing : value.join(', ');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (field === 'status') return i18n._(statusLabels[text as TicketStatus] ?? text);
  if (field === 'priority') return i18n._(priorityLabels[text as TicketPriority] ?? text);
  return names[text] ?? text;
}
