import { InvalidCursor, type SortKey } from '@helpdeskly/http';
import { Prisma } from '@helpdeskly/tenant-db';
import type { TicketRow } from './ticket-select.js';
import { updatedAtFor, type Viewer } from './viewer.js';

/** The fields by which tickets sort, and how well they match a search. */
export type TicketSort = 'createdAt' | 'updatedAt' | 'priority' | 'number' | 'relevance';

/** Where a page ends: the last row's sort value, as text, and its id. */
export interface TicketPosition {
  readonly value: string;
  readonly id: string;
}

interface SortRule {
  readonly column: string;
  readonly type: string;
  /** The next sort key where values repeat; a unique one needs none. */
  readonly unique: boolean;
  readonly valueOf: (row: TicketRow) => string;
}

const rules = {
  createdAt: { column: 't."createdAt"', type: 'timestamptz', unique: false, valueOf: (row) => row.createdAt },
  updatedAt: { column: 't."updatedAt"', type: 'timestamptz', unique: false, valueOf: (row) => row.updatedAt },
  priority: { column: 't."priority"', type: '"TicketPriority"', unique: false, valueOf: (row) => row.priority ?? '' },
  number: { column: 't."number"', type: 'integer', unique: true, valueOf: (row) => String(row.number) },
  relevance: { column: 't."rank"', type: 'real', unique: false, valueOf: (row) => row.rank ?? '0' },
} as const satisfies Readonly<Record<TicketSort, SortRule>>;

function ruleFor(viewer: Viewer, sort: TicketSort): SortRule {
  return sort === 'updatedAt' ? { ...rules[sort], column: `t."${updatedAtFor(viewer)}"` } : rules[sort];
}

/** `order by` over rows `t`; ids break ties, so that every row has one place. */
export function orderBy(sort: TicketSort, descending: boolean, viewer: Viewer): Prisma.Sql {
  const direction = descending ? 'desc' : 'asc';
  const { column, unique } = ruleFor(viewer, sort);
  return Prisma.raw(unique ? `${column} ${direction}` : `${column} ${direction}, t."id" ${direction}`);
}

/** The rows after `position` in that order. */
export function beyond(sort: TicketSort, descending: boolean, position: TicketPosition, viewer: Viewer): Prisma.Sql {
  const { column, type, unique } = ruleFor(viewer, sort);
  const sign = Prisma.raw(descending ? '<' : '>');
  const value = Prisma.sql`${position.value}::${Prisma.raw(type)}`;
  if (unique) return Prisma.sql`${Prisma.raw(column)} ${sign} ${value}`;
  return Prisma.sql`(${Prisma.raw(column)}, t."id") ${sign} (${value}, ${position.id}::uuid)`;
}

/** A row's place, as cursors keep it. */
export function positionOf(sort: TicketSort, row: TicketRow): readonly SortKey[] {
  return [rules[sort].valueOf(row), row.id];
}

/** The place that `positionOf` wrote down. Throws InvalidCursor. */
export function readPosition(keys: readonly SortKey[]): TicketPosition {
  const [value, id] = keys;
  if (typeof value !== 'string' || typeof id !== 'string') throw new InvalidCursor();
  return { value, id };
}
