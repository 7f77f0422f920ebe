import { InvalidCursor, type SortBy, type SortKey } from '@helpdeskly/http';
import { Prisma } from '@helpdeskly/tenant-db';
import type { Ticket } from '../ticket-core/ticket-select.js';
import { updatedAtFor, type Viewer } from '../ticket-core/viewer.js';

/** The fields by which tickets sort. */
export const ticketSorts = ['createdAt', 'updatedAt', 'priority', 'number', 'resolvedAt'] as const;

/** They, and how well a ticket matches a search. */
export type TicketSort = (typeof ticketSorts)[number] | 'relevance';

/** An order of tickets: by its first key, where those are equal by the next. Ids break ties, so that every row has one place. */
export type TicketOrder = readonly SortBy<TicketSort>[];

/** Where a page ends: the last row's values by the order's keys, as texts, and its id. */
export interface TicketPosition {
  readonly values: readonly (string | null)[];
  readonly id: string;
}

interface SortRule {
  readonly column: string;
  readonly type: string;
  /** The next sort key where values repeat; a unique one needs none. */
  readonly unique?: true;
  /** Rows without a value come last, whichever way. */
  readonly nullable?: true;
  readonly valueOf: (ticket: Ticket, rank: string | undefined) => string | null;
}

const rules: Readonly<Record<TicketSort, SortRule>> = {
  createdAt: { column: 't."createdAt"', type: 'timestamptz', valueOf: (ticket) => ticket.createdAt },
  updatedAt: { column: 't."updatedAt"', type: 'timestamptz', valueOf: (ticket) => ticket.updatedAt },
  priority: { column: 't."priority"', type: '"TicketPriority"', valueOf: (ticket) => ticket.priority ?? '' },
  number: { column: 't."number"', type: 'integer', unique: true, valueOf: (ticket) => String(ticket.number) },
  resolvedAt: { column: 't."resolvedAt"', type: 'timestamptz', nullable: true, valueOf: (ticket) => ticket.resolvedAt },
  relevance: { column: 't."rank"', type: 'real', valueOf: (_, rank) => rank ?? '0' },
};

const byId = { column: 't."id"', type: 'uuid' } as const;

/** A key of the order with the value at which a page ends. */
interface Term extends Pick<SortRule, 'column' | 'type' | 'nullable'> {
  readonly descending: boolean;
  readonly value?: string | null;
}

/** The keys that decide: none after a unique one, and the id, the way of the last one, where none is. */
function termsOf(order: TicketOrder, viewer: Viewer, position?: TicketPosition): Term[] {
  const terms: Term[] = [];
  for (const [index, { by, descending }] of order.entries()) {
    const rule = by === 'updatedAt' ? { ...rules[by], column: `t."${updatedAtFor(viewer)}"` } : rules[by];
    terms.push({ ...rule, descending, value: position?.values[index] ?? null });
    if (rule.unique === true) return terms;
  }
  const descending = terms.at(-1)?.descending ?? false;
  return [...terms, { ...byId, descending, value: position?.id ?? null }];
}

function spell({ column, nullable, descending }: Term): string {
  return `${column} ${descending ? 'DESC' : 'ASC'}${nullable === true && descending ? ' NULLS LAST' : ''}`;
}

/** `order by` over rows `t`. */
export function orderBy(order: TicketOrder, viewer: Viewer): Prisma.Sql {
  return Prisma.raw(termsOf(order, viewer).map(spell).join(', '));
}

/** A stretch of an ordered list: the conditions on its rows `t`, and its order. */
export interface Stretch {
  readonly conditions: readonly Prisma.Sql[];
  readonly by: Prisma.Sql;
}

/**
 * The stretches that follow each other in that order, from `position` on, in each of which an index gives the order. Rows without
 * the first key are a stretch of their own: an index has them at its other end, or where the way back begins.
 */
export function stretchesOf(order: TicketOrder, viewer: Viewer, position?: TicketPosition): Stretch[] {
  const [first, ...others] = termsOf(order, viewer, position);
  if (first === undefined) return [];
  const after = (terms: readonly Term[]) => (position === undefined ? [] : [beyond(terms)]);
  if (first.nullable !== true) return [{ conditions: after([first, ...others]), by: orderBy(order, viewer) }];
  const valued: Term = { ...first, nullable: undefined };
  const by = Prisma.raw([valued, ...others].map(spell).join(', '));
  const absent = Prisma.raw(`${first.column} IS NULL`);
  if (position !== undefined && first.value === null) return [{ conditions: [absent, ...after(others)], by }];
  const present = Prisma.raw(`${first.column} IS NOT NULL`);
  return [
    { conditions: [present, ...after([valued, ...others])], by },
    { conditions: [absent], by },
  ];
}

/** The rows after the place that the terms' values name. */
function beyond(terms: readonly Term[]): Prisma.Sql {
  const [first] = terms;
  const isPlain = terms.every(({ nullable, descending }) => nullable !== true && descending === first?.descending);
  return isPlain ? pastRow(terms) : past(terms);
}

/** As one comparison of rows, which an index answers. */
function pastRow(terms: readonly Term[]): Prisma.Sql {
  const columns = Prisma.raw(terms.map(({ column }) => column).join(', '));
  const values = Prisma.join(terms.map(valueOf));
  const sign = signOf(terms[0] as Term);
  return terms.length === 1 ? Prisma.sql`${columns} ${sign} ${values}` : Prisma.sql`(${columns}) ${sign} (${values})`;
}

/** Key by key, where they go different ways or may be null. */
function past([term, ...others]: readonly Term[]): Prisma.Sql {
  if (term === undefined) return Prisma.sql`false`;
  const column = Prisma.raw(term.column);
  const isNullable = term.nullable === true;
  const then = past(others);
  if (isNullable && term.value === null) return Prisma.sql`(${column} IS NULL AND ${then})`;
  const further = Prisma.sql`${column} ${signOf(term)} ${valueOf(term)}`;
  const last = isNullable ? Prisma.sql` OR ${column} IS NULL` : Prisma.empty;
  return Prisma.sql`(${further}${last} OR (${column} = ${valueOf(term)} AND ${then}))`;
}

const signOf = ({ descending }: Term) => Prisma.raw(descending ? '<' : '>');
const valueOf = ({ value, type }: Term) => Prisma.sql`${value}::${Prisma.raw(type)}`;

/** The place of a ticket, which was found with that rank, as cursors keep it. */
export function positionOf(order: TicketOrder, ticket: Ticket, rank?: string): readonly SortKey[] {
  return [...order.map(({ by }) => rules[by].valueOf(ticket, rank)), ticket.id];
}

/** The place that `positionOf` wrote down. Throws InvalidCursor. */
export function readPosition(keys: readonly SortKey[]): TicketPosition {
  const id = keys.at(-1);
  const values = keys.slice(0, -1);
  const isText = (key: SortKey): key is string | null => typeof key === 'string' || key === null;
  if (typeof id !== 'string' || values.length === 0 || !values.every(isText)) throw new InvalidCursor();
  return { values, id };
}
