import type { TicketPriority, TicketStatus } from '@helpdeskly/tenant-db';

/** Names of placeholders, and what each stands for. */
export type Placeholders<F> = Readonly<Record<string, (filling: F) => string>>;

/** What placeholders about a ticket are filled in from. */
export interface TicketFilling {
  readonly ticket: {
    readonly number: number;
    readonly title: string;
    readonly status: TicketStatus;
    readonly priority: TicketPriority;
    readonly author: Named;
    readonly assignedTo: Named | null;
  };
  /** Who speaks. */
  readonly me: Named;
}

interface Named {
  readonly name: string;
  readonly email?: string;
}

export const ticketPlaceholders = {
  'ticket.number': ({ ticket }) => String(ticket.number),
  'ticket.title': ({ ticket }) => ticket.title,
  'ticket.status': ({ ticket }) => ticket.status,
  'ticket.priority': ({ ticket }) => ticket.priority,
  'ticket.author.name': ({ ticket }) => ticket.author.name,
  'ticket.author.email': ({ ticket }) => ticket.author.email ?? '',
  'ticket.assignedTo.name': ({ ticket }) => ticket.assignedTo?.name ?? '',
  'me.name': ({ me }) => me.name,
  'me.email': ({ me }) => me.email ?? '',
} satisfies Placeholders<TicketFilling>;

/** Spaces are part of what it captures: two quantifiers that may share them would make it cubic. */
const pattern = /\{\{([^{}]*)\}\}/g;

/** The first `{{…}}` of a text that is none of these placeholders. */
export function unknownAmong<F>(placeholders: Placeholders<F>, text: string): string | undefined {
  return [...text.matchAll(pattern)].find(([, inner = '']) => !Object.hasOwn(placeholders, inner.trim()))?.[0];
}

/** Whether a text has a certain placeholder. */
export function hasPlaceholder(text: string, name: string): boolean {
  return [...text.matchAll(pattern)].some(([, inner = '']) => inner.trim() === name);
}

/** Once: what a value says is not looked at again. */
export function filledIn<F>(placeholders: Placeholders<F>, text: string, filling: F): string {
  return text.replace(pattern, (all, inner: string) => {
    const name = inner.trim();
    return Object.hasOwn(placeholders, name) ? (placeholders[name]?.(filling) ?? all) : all;
  });
}
