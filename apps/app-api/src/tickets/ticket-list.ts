import { Prisma, type TicketPriority, type TicketStatus } from '@helpdeskly/tenant-db';
import { beyond, orderBy, type TicketPosition, type TicketSort } from './ticket-order.js';
import { holds, matches, searchable, type SearchWords } from './ticket-search.js';
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
  /** Those that were merged into others: left out unless they are asked for. */
  readonly merged?: 'include' | 'only';
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
  const within = page.after === undefined ? [] : [beyond(page.sort, page.descending, page.after, viewer)];
  const end = Prisma.sql`order by ${order.by} limit ${limitOf(page.rows)}`;
  if (words !== undefined && order.ranked) {
    const best = Prisma.sql`
      select t."id", t."rank" from (${fittingTickets(filters, viewer, words)}) t
       where ${Prisma.join([Prisma.sql`true`, ...within], ' and ')} ${end}`;
    const rows = Prisma.sql`select t.*, best."rank" from (${best}) best join "Ticket" t on t."id" = best."id"`;
    return selectTickets(rows, viewer, order);
  }
  const found = [...conditions(filters, viewer, words), ...within];
  const rows = Prisma.sql`select t.* from "Ticket" t where ${Prisma.join(found, ' and ')} ${end}`;
  return selectTickets(rows, viewer, order);
}

export function countTickets(filters: TicketFilters, viewer: Viewer, words?: SearchWords): Prisma.Sql {
  return Prisma.sql`select count(*)::int as "total" from "Ticket" t where ${Prisma.join(conditions(filters, viewer, words), ' and ')}`;
}

function conditions(filters: TicketFilters, viewer: Viewer, words?: SearchWords): Prisma.Sql[] {
  const found = filterConditions(filters, viewer);
  if (words !== undefined) found.push(matches(words, viewer));
  return found;
}

/** All but `q`. */
function filterConditions(filters: TicketFilters, viewer: Viewer): Prisma.Sql[] {
  const found = [filters.deleted ? Prisma.sql`t."deletedAt" is not null` : Prisma.sql`t."deletedAt" is null`];
  if (filters.merged !== 'include')
    found.push(Prisma.raw(`t."mergedIntoId" is ${filters.merged === 'only' ? 'not null' : 'null'}`));
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
 * The ids of the newest tickets that `words` find, with how well they fit. Ids grow with time, so the newest are found along the
 * primary key when there are many, and by the index of words when there are few: PostgreSQL chooses by how common the words are.
 */
function fittingTickets(filters: TicketFilters, viewer: Viewer, words: SearchWords): Prisma.Sql {
  const { alternatives, any, number } = words;
  const limit = Prisma.raw(`desc limit ${rankedMost}`);
  const visible = Prisma.join(filterConditions(filters, viewer), ' and ');
  const [only] = alternatives;
  if (only !== undefined && isSingle(words))
    return Prisma.sql`
      select f."ticketId" as "id", ${fit(any)} as "rank"
        from "TicketSearch" f join "Ticket" t on t."id" = f."ticketId"
       where f."vector" @@ ${only.wanted[0]}::tsquery and ${searchable(viewer)} and ${visible}
       group by f."ticketId" order by f."ticketId" ${limit}`;
  const conditions = alternatives.map((each) => holds(each, viewer));
  if (number !== undefined) conditions.push(Prisma.sql`t."number" = ${number}::int`);
  if (conditions.length === 0) conditions.push(Prisma.sql`false`);
  const newest = conditions.map(
    (condition) => Prisma.sql`
      (select t."id", t."number" from "Ticket" t where ${condition} and ${visible} order by t."id" ${limit})`,
  );
  return Prisma.sql`
    select found."id", (fit."rank" + case when found."number" = ${number ?? null}::int then 1000 else 0 end)::real as "rank"
      from (${Prisma.join(newest, ' union ')}) found cross join lateral (
        select ${fit(any)} as "rank" from "TicketSearch" f
         where f."ticketId" = found."id" and f."vector" @@ ${any}::tsquery and ${searchable(viewer)}) fit`;
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
      filter (where f."field" in (${Prisma.raw(fields.map((field) => `'${field}'`).join(', '))})), 0)`;
  return Prisma.sql`(${best(1, 'TITLE')} + ${best(0.4, 'DESCRIPTION', 'REQUESTER', 'TAGS')} + ${best(0.2, 'COMMENT', 'FILE')})::real`;
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
