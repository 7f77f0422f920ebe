import { Prisma } from '@helpdeskly/tenant-db';
import { selectTickets } from '../ticket-core/ticket-select.js';
import type { Viewer } from '../ticket-core/viewer.js';
import { filterConditions, type TicketFilters } from './ticket-filters.js';
import { orderBy, stretchesOf, type TicketOrder, type TicketPosition } from './ticket-order.js';
import { holds, matches, searchable, type SearchWords } from './ticket-search.js';

/** Which part of a list. */
export interface TicketPage {
  readonly order: TicketOrder;
  readonly after?: TicketPosition;
  readonly rows: number;
}

/** Pages of 25, 50 and 100, and the row that tells whether there are more. */
const usualRows: readonly number[] = [26, 51, 101];

/** How many of the newest tickets that a search finds are put in order by how well they fit it: more take too long to rank. */
const rankedMost = 1000;

/**
 * One statement for a page of tickets. Only the conditions that were asked for stand in it, so that each finds its index.
 * `words` are those of the filter `q`.
 */
export function listTickets(filters: TicketFilters, page: TicketPage, viewer: Viewer, words?: SearchWords): Prisma.Sql {
  const order = { by: orderBy(page.order, viewer), ranked: page.order[0]?.by === 'relevance' };
  const stretches = stretchesOf(page.order, viewer, page.after);
  const end = Prisma.sql`ORDER BY ${order.by} LIMIT ${limitOf(page.rows)}`;
  if (words !== undefined && order.ranked) {
    const best = Prisma.sql`
      SELECT t."id", t."rank" FROM (${fittingTickets(filters, viewer, words)}) t
       WHERE ${Prisma.join([Prisma.sql`true`, ...stretches.flatMap((each) => each.conditions)], ' AND ')} ${end}`;
    const rows = Prisma.sql`SELECT t.*, best."rank" FROM (${best}) best JOIN "Ticket" t ON t."id" = best."id"`;
    return selectTickets(rows, viewer, order);
  }
  const found = conditions(filters, viewer, words);
  const parts = stretches.map(
    (each) => Prisma.sql`
      SELECT t.* FROM "Ticket" t WHERE ${Prisma.join([...found, ...each.conditions], ' AND ')}
       ORDER BY ${each.by} LIMIT ${limitOf(page.rows)}`,
  );
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) return selectTickets(only, viewer, order);
  const all = Prisma.join(
    parts.map((part) => Prisma.sql`(${part})`),
    ' UNION ALL ',
  );
  return selectTickets(Prisma.sql`SELECT t.* FROM (${all}) t ${end}`, viewer, order);
}

export function countTickets(filters: TicketFilters, viewer: Viewer, words?: SearchWords): Prisma.Sql {
  return Prisma.sql`SELECT count(*)::int AS "total" FROM "Ticket" t WHERE ${Prisma.join(conditions(filters, viewer, words), ' AND ')}`;
}

/** The conditions on rows of "Ticket" under the alias `t` that leave those which a viewer's filters find. */
export function conditions(filters: TicketFilters, viewer: Viewer, words?: SearchWords): Prisma.Sql[] {
  const found = filterConditions(filters, viewer);
  if (words !== undefined) found.push(matches(words, viewer));
  return found;
}

/**
 * The ids of the newest tickets that `words` find, with how well they fit. Ids grow with time, so the newest are found along the
 * primary key when there are many, and by the index of words when there are few: PostgreSQL chooses by how common the words are.
 */
function fittingTickets(filters: TicketFilters, viewer: Viewer, words: SearchWords): Prisma.Sql {
  const { alternatives, any, number } = words;
  const limit = Prisma.raw(`DESC LIMIT ${rankedMost}`);
  const visible = Prisma.join(filterConditions(filters, viewer), ' AND ');
  const [only] = alternatives;
  if (only !== undefined && isSingle(words))
    return Prisma.sql`
      SELECT f."ticketId" AS "id", ${fit(any)} AS "rank"
        FROM "TicketSearch" f JOIN "Ticket" t ON t."id" = f."ticketId"
       WHERE f."vector" @@ ${only.wanted[0]}::tsquery AND ${searchable(viewer)} AND ${visible}
       GROUP BY f."ticketId" ORDER BY f."ticketId" ${limit}`;
  const conditions = alternatives.map((each) => holds(each, viewer));
  if (number !== undefined) conditions.push(Prisma.sql`t."number" = ${number}::int`);
  if (conditions.length === 0) conditions.push(Prisma.sql`false`);
  const newest = conditions.map(
    (condition) => Prisma.sql`
      (SELECT t."id", t."number" FROM "Ticket" t WHERE ${condition} AND ${visible} ORDER BY t."id" ${limit})`,
  );
  return Prisma.sql`
    SELECT found."id", (fit."rank" + CASE WHEN found."number" = ${number ?? null}::int THEN 1000 ELSE 0 END)::real AS "rank"
      FROM (${Prisma.join(newest, ' UNION ')}) found CROSS JOIN LATERAL (
        SELECT ${fit(any)} AS "rank" FROM "TicketSearch" f
         WHERE f."ticketId" = found."id" AND f."vector" @@ ${any}::tsquery AND ${searchable(viewer)}) fit`;
}

/** Whether one term alone is looked for: then one pass finds and ranks. */
function isSingle({ alternatives: [first, ...others], number }: SearchWords): boolean {
  return others.length === 0 && first?.wanted.length === 1 && first.unwanted.length === 0 && number === undefined;
}

/**
 * How well the rows `f` of a ticket fit: by the best of its texts of each kind, since many comments about something are not better
 * than a title.
 */
function fit(any: string | null): Prisma.Sql {
  const best = (weight: number, ...fields: readonly string[]) => Prisma.sql`
    ${Prisma.raw(String(weight))} * coalesce(max(ts_rank('{1, 1, 1, 1}', f."vector", ${any}::tsquery))
      FILTER (WHERE f."field" IN (${Prisma.raw(fields.map((field) => `'${field}'`).join(', '))})), 0)`;
  return Prisma.sql`(${best(1, 'TITLE')} + ${best(0.4, 'DESCRIPTION', 'REQUESTER', 'TAGS')} + ${best(0.2, 'COMMENT', 'FILE')})::real`;
}

/**
 * PostgreSQL keeps the plan of a prepared statement only when it knows how few rows are wanted: the usual pages say it
 * in the statement itself, which saves a third of its time. Each other number would be another statement to prepare.
 */
function limitOf(rows: number): Prisma.Sql {
  return usualRows.includes(rows) ? Prisma.raw(String(rows)) : Prisma.sql`${rows}`;
}
