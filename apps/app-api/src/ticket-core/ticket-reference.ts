import { NotFound } from '@helpdeskly/errors';
import { Prisma } from '@helpdeskly/tenant-db';

/** How a path names a ticket: by its id or by its number, also as `#90`. */
export type TicketReference = { readonly id: string } | { readonly number: number };

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const largestNumber = 2 ** 31 - 1; // PostgreSQL's integer

/** Throws NotFound for what can name no ticket: nothing is there. */
export function ticketReference(text: string): TicketReference {
  if (uuid.test(text)) return { id: text.toLowerCase() };
  const [, digits] = /^#?([1-9]\d{0,9})$/.exec(text) ?? [];
  if (digits !== undefined && Number(digits) <= largestNumber) return { number: Number(digits) };
  throw new NotFound('ticket');
}

/** The condition on rows of "Ticket" under the alias `t` that leaves the one that is named. */
export function named(reference: TicketReference): Prisma.Sql {
  return 'id' in reference
    ? Prisma.sql`t."id" = ${reference.id}::uuid`
    : Prisma.sql`t."number" = ${reference.number}::integer`;
}
