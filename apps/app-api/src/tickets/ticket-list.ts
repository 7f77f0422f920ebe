import { Prisma, type TicketPriority, type TicketStatus } from '@helpdeskly/tenant-db';
import { beyond, orderBy, type TicketPosition, type TicketSort } from './ticket-order.js';
import type { SearchWords } from './ticket-search.js';
import { selectTickets } from './ticket-select.js';
import { isStaff, updatedAtFor, visibleParticipants, visibleTo, type Viewer } from './viewer.js';

/** What a list of tickets is narrowed to. Times are ISO 8601 in UTC. */
export interface TicketFilters {
  readonly status?: readonly TicketStatus[];
  readonly priority?: readonly TicketPriority[];
  /** An id, or null for tickets that nobody has. */
  readonly assignedToId?: string | null;
  readonly authorId?: string;
  /** An id, or null for tickets of no group. */
  readonly groupId?: string | null;
  /** A user, whose groups' tickets are wanted. */
  readonly groupsOf?: string;
  /** Who follows, or was let in. */
  readonly participantId?: string;
  /** That of the ticket. */
  readonly organizationId?: string;
  readonly tag?: string;
  /** Words, "phrases", -without. */
  readonly q?: string;
  readonly createdAfter?: string;
  readonly createdBefore?: string;
  readonly updatedAfter?: string;
  readonly deleted: boolean;
}

/** Which part of a list. */
export interface TicketPage {
  readonly sort: TicketSort;
  readonly descending: boolean;
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
  const order = { by: orderBy(page.sort, page.descending, viewer), ranked: page.sort === 'relevance' };
  const [source, ...found] =
    words !== undefined && order.ranked
      ? [fittingTickets(filters, viewer, words), Prisma.sql`true`]
      : [Prisma.sql`"Ticket" t`, ...conditions(filters, viewer, words)];
  if (page.after !== undefined) found.push(beyond(page.sort, page.descending, page.after, viewer));
  const rows = Prisma.sql`
    select t.* from ${source} where ${Prisma.join(found, ' and ')} order by ${order.by} limit ${limitOf(page.rows)}`;
  return selectTickets(rows, viewer, order);
}

export function countTickets(filters: TicketFilters, viewer: Viewer, words?: SearchWords): Prisma.Sql {
  return Prisma.sql`select count(*)::int as "total" from "Ticket" t where ${Prisma.join(conditions(filters, viewer, words), ' and ')}`;
}

function conditions(filters: TicketFilters, viewer: Viewer, words?: SearchWords): Prisma.Sql[] {
  const found = filterConditions(filters, viewer);
  if (words !== undefined)
    found.push(Prisma.sql`exists (
      select from "TicketSearch" f where f."ticketId" = t."id" and f."vector" @@ ${words.query}::tsquery)`);
  return found;
}

/** All but `q`. */
function filterConditions(filters: TicketFilters, viewer: Viewer): Prisma.Sql[] {
  const found = [filters.deleted ? Prisma.sql`t."deletedAt" is not null` : Prisma.sql`t."deletedAt" is null`];
  if (!isStaff(viewer)) found.push(visibleTo(viewer));
  if (filters.status !== undefined) found.push(oneOf('t."status"', '"TicketStatus"', filters.status));
  if (filters.priority !== undefined) found.push(oneOf('t."priority"', '"TicketPriority"', filters.priority));
  if (filters.assignedToId === null) found.push(Prisma.sql`t."assignedToId" is null`);
  else if (filters.assignedToId !== undefined) found.push(Prisma.sql`t."assignedToId" = ${filters.assignedToId}::uuid`);
  if (filters.authorId !== undefined) found.push(Prisma.sql`t."authorId" = ${filters.authorId}::uuid`);
  if (filters.groupId === null) found.push(Prisma.sql`t."groupId" is null`);
  else if (filters.groupId !== undefined) found.push(Prisma.sql`t."groupId" = ${filters.groupId}::uuid`);
  if (filters.groupsOf !== undefined)
    found.push(
      Prisma.sql`t."groupId" = any (array(select m."groupId" from "GroupMember" m where m."userId" = ${filters.groupsOf}::uuid))`,
    );
  if (filters.participantId !== undefined)
    found.push(
      Prisma.sql`t."id" = any (array(
        select p."ticketId" from "TicketParticipant" p where p."userId" = ${filters.participantId}::uuid and ${visibleParticipants(viewer)}))`,
    );
  if (filters.organizationId !== undefined)
    found.push(Prisma.sql`t."organizationId" = ${filters.organizationId}::uuid`);
  if (filters.tag !== undefined) found.push(Prisma.sql`t."tags" @> array[${filters.tag}]::text[]`);
  if (filters.createdAfter !== undefined) found.push(Prisma.sql`t."createdAt" > ${filters.createdAfter}::timestamptz`);
  if (filters.createdBefore !== undefined)
    found.push(Prisma.sql`t."createdAt" < ${filters.createdBefore}::timestamptz`);
  if (filters.updatedAfter !== undefined)
    found.push(Prisma.sql`t.${Prisma.raw(`"${updatedAtFor(viewer)}"`)} > ${filters.updatedAfter}::timestamptz`);
  return found;
}

/**
 * The tickets that `words` find, with how well they fit. Ids grow with time, so the newest are found along the primary key
 * when there are many, and by the index of words when there are few: PostgreSQL chooses by how common the words are.
 */
function fittingTickets(filters: TicketFilters, viewer: Viewer, { query, wanted }: SearchWords): Prisma.Sql {
  // What a customer may not find must not count for the rank either.
  const vector = Prisma.raw(isStaff(viewer) ? 't."vector"' : `ts_filter(t."vector", '{a,b,c}')`);
  return Prisma.sql`(
    select t.*, coalesce(ts_rank('{0.2, 0.2, 0.4, 1}', ${vector}, ${wanted}::tsquery), 0) as "rank"
      from (select t.*, f."vector"
              from "TicketSearch" f join "Ticket" t on t."id" = f."ticketId"
             where f."vector" @@ ${query}::tsquery and ${Prisma.join(filterConditions(filters, viewer), ' and ')}
             order by f."ticketId" desc limit ${Prisma.raw(String(rankedMost))}) t) t`;
}

/**
 * PostgreSQL keeps the plan of a prepared statement only when it knows how few rows are wanted: the usual pages say it
 * in the statement itself, which saves a third of its time. Each other number would be another statement to prepare.
 */
function limitOf(rows: number): Prisma.Sql {
  return usualRows.includes(rows) ? Prisma.raw(String(rows)) : Prisma.sql`${rows}`;
}

function oneOf(column: string, type: string, values: readonly string[]): Prisma.Sql {
  const [name, cast] = [Prisma.raw(column), Prisma.raw(type)];
  // A single value as an equation: then an index that starts with it also gives the order.
  if (values.length === 1) return Prisma.sql`${name} = ${values[0]}::${cast}`;
  return Prisma.sql`${name} in (${Prisma.join(values.map((value) => Prisma.sql`${value}::${cast}`))})`;
}
