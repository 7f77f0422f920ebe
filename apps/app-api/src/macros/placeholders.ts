import type { Person } from '../ticket-core/person.js';
import type { TicketFields } from '../ticket-core/ticket-changes.js';
import type { Ticket } from '../ticket-core/ticket-select.js';

/** What placeholders are filled in from. */
export interface Filling {
  readonly ticket: Pick<Ticket, 'number' | 'title' | 'status' | 'author' | 'assignedTo'> &
    Pick<TicketFields, 'priority'>;
  /** Who applies the macro. */
  readonly me: Required<Pick<Person, 'name' | 'email'>>;
}

const values = {
  'ticket.number': ({ ticket }: Filling) => String(ticket.number),
  'ticket.title': ({ ticket }: Filling) => ticket.title,
  'ticket.status': ({ ticket }: Filling) => ticket.status,
  'ticket.priority': ({ ticket }: Filling) => ticket.priority,
  'ticket.author.name': ({ ticket }: Filling) => ticket.author.name,
  'ticket.author.email': ({ ticket }: Filling) => ticket.author.email ?? '',
  'ticket.assignedTo.name': ({ ticket }: Filling) => ticket.assignedTo?.name ?? '',
  'me.name': ({ me }: Filling) => me.name,
  'me.email': ({ me }: Filling) => me.email,
} as const;

export const placeholders = Object.keys(values);
/** Spaces are part of what it captures: two quantifiers that may share them would make it cubic. */
const pattern = /\{\{([^{}]*)\}\}/g;

/** The first `{{…}}` of a text that is no placeholder. */
export function unknownPlaceholder(text: string): string | undefined {
  return [...text.matchAll(pattern)].find(([, inner = '']) => !Object.hasOwn(values, inner.trim()))?.[0];
}

/** Once: what a value says is not looked at again. */
export function fillIn(text: string, filling: Filling): string {
  return text.replace(pattern, (all, inner: string) => {
    const name = inner.trim();
    return Object.hasOwn(values, name) ? values[name as keyof typeof values](filling) : all;
  });
}
