import { chosen, parseTime, type Chosen } from '@helpdeskly/http';
import { Prisma } from '@helpdeskly/tenant-db';
import { isStaff, updatedAtFor, visibleParticipants, visibleTo, type Viewer } from '../ticket-core/viewer.js';
import type { ListTicketsDto } from './list-tickets.dto.js';

const chosenBy = ['status', 'priority', 'assignedTo', 'author', 'group', 'participant', 'organization', 'tag'] as const;
type ChosenBy = (typeof chosenBy)[number];

/** The moments that a list is bounded by, and whether the bound itself is in it. */
const bounds = {
  createdAfter: ['createdAt', '>='],
  createdBefore: ['createdAt', '<'],
  updatedAfter: ['updatedAt', '>='],
  updatedBefore: ['updatedAt', '<'],
  resolvedAfter: ['resolvedAt', '>='],
  resolvedBefore: ['resolvedAt', '<'],
} as const;
type Bound = keyof typeof bounds;

/** What a list of tickets is narrowed to. Times are ISO 8601 in UTC; `none` is nobody, or nothing; `mine` are the viewer's groups. */
export interface TicketFilters
  extends Partial<Readonly<Record<ChosenBy, Chosen>>>, Partial<Readonly<Record<Bound, string>>> {
  /** Words, "phrases", -without. */
  readonly q?: string;
  /** Those that were merged into others: left out unless they are asked for. */
  readonly merged?: 'include' | 'only';
  readonly deleted: boolean;
}

/** The filters of a query, as a query or a body holds them. */
export type TicketQuery = Pick<ListTicketsDto, ChosenBy | Bound | 'q' | 'merged' | 'deleted'>;

/** What a query narrows tickets to; `me` is who asks. */
export function filtersOf(query: TicketQuery, { id }: Viewer): TicketFilters {
  const choices = chosenBy.flatMap((name) => {
    const value = query[name];
    if (value === undefined) return [];
    const named = (each: string) => (each === 'me' && name !== 'tag' ? id : each);
    const { of, not } = chosen(value);
    return [[name, { of: of.map(named), not: not.map(named) }] as const];
  });
  const times = (Object.keys(bounds) as Bound[]).flatMap((name) => {
    const at = query[name] === undefined ? undefined : parseTime(query[name]);
    return at === undefined ? [] : [[name, at.toISOString()] as const];
  });
  const { q, merged, deleted } = query;
  const read = Object.fromEntries([...choices, ...times]) as Partial<TicketFilters>;
  const asked = { ...(q === undefined ? {} : { q }), ...(merged === undefined ? {} : { merged }) };
  return { ...read, ...asked, deleted: deleted === 'only' };
}

/** The conditions on rows of "Ticket" under the alias `t`, of all filters but `q`. Only what was asked for stands in them. */
export function filterConditions(filters: TicketFilters, viewer: Viewer): Prisma.Sql[] {
  const found = [filters.deleted ? Prisma.sql`t."deletedAt" IS NOT NULL` : Prisma.sql`t."deletedAt" IS NULL`];
  if (filters.merged !== 'include')
    found.push(Prisma.raw(`t."mergedIntoId" IS ${filters.merged === 'only' ? 'NOT NULL' : 'NULL'}`));
  if (!isStaff(viewer)) found.push(visibleTo(viewer));
  for (const name of chosenBy) {
    const choice = filters[name];
    if (choice !== undefined) found.push(...conditionsOf(choice, (values) => alternatives[name](values, viewer)));
  }
  for (const name of Object.keys(bounds) as Bound[]) {
    if (filters[name] === undefined) continue;
    const [field, sign] = bounds[name];
    const column = field === 'updatedAt' ? updatedAtFor(viewer) : field;
    found.push(Prisma.sql`${Prisma.raw(`t."${column}" ${sign}`)} ${filters[name]}::timestamptz`);
  }
  return found;
}

/** Any of what is wanted, and nothing of what is not. Where a column is null, no value is in it. */
function conditionsOf({ of, not }: Chosen, read: (values: readonly string[]) => Prisma.Sql[]): Prisma.Sql[] {
  const [first, ...others] = of.length === 0 ? [] : read(of);
  const wanted =
    first === undefined
      ? []
      : others.length === 0
        ? [first]
        : [Prisma.sql`(${Prisma.join([first, ...others], ' OR ')})`];
  const unwanted = not.length === 0 ? [] : read(not).map((each) => Prisma.sql`(${each}) IS NOT true`);
  return [...wanted, ...unwanted];
}

/** What it takes for a ticket to have one of some values. */
const alternatives: Readonly<Record<ChosenBy, (values: readonly string[], viewer: Viewer) => Prisma.Sql[]>> = {
  status: (values) => [oneOf('t."status"', '"TicketStatus"', values)],
  priority: (values) => [oneOf('t."priority"', '"TicketPriority"', values)],
  assignedTo: (values, viewer) => personOrNone('t."assignedToId"', values, viewer),
  author: (values, viewer) => personOrNone('t."authorId"', values, viewer),
  group: (values, viewer) => [
    ...idOrNone(
      't."groupId"',
      values.filter((value) => value !== 'mine'),
    ),
    ...(values.includes('mine')
      ? [
          Prisma.sql`t."groupId" = ANY (ARRAY(SELECT m."groupId" FROM "GroupMember" m WHERE m."userId" = ${viewer.id}::uuid))`,
        ]
      : []),
  ],
  participant: (values, viewer) => [
    Prisma.sql`t."id" = ANY (ARRAY(
      SELECT p."ticketId" FROM "TicketParticipant" p WHERE ${onePerson('p."userId"', values, viewer)} AND ${visibleParticipants(viewer)}))`,
  ],
  organization: (values) => idOrNone('t."organizationId"', values),
  tag: (values) => [
    values.length === 1
      ? Prisma.sql`t."tags" @> ARRAY[${values[0]}]::text[]`
      : Prisma.sql`t."tags" && ${[...values]}::text[]`,
  ],
};

function idOrNone(
  column: string,
  values: readonly string[],
  isOne: (ids: readonly string[]) => Prisma.Sql = (ids) => oneOf(column, 'uuid', ids),
): Prisma.Sql[] {
  const ids = values.filter((value) => value !== 'none');
  return [
    ...(ids.length === 0 ? [] : [isOne(ids)]),
    ...(ids.length === values.length ? [] : [Prisma.raw(`${column} IS NULL`)]),
  ];
}

function personOrNone(column: string, values: readonly string[], viewer: Viewer): Prisma.Sql[] {
  return idOrNone(column, values, (ids) => onePerson(column, ids, viewer));
}

/** As `oneOf`; an account that was joined with another stands for that one. Whoever asks has an account, and is not looked up. */
function onePerson(column: string, ids: readonly string[], { id: me }: Viewer): Prisma.Sql {
  if (ids.every((id) => id === me)) return oneOf(column, 'uuid', ids);
  const name = Prisma.raw(column);
  // A subquery that is run once: what it answers is compared as a value is.
  const [id] = ids;
  const joined = Prisma.sql`SELECT coalesce(u."mergedIntoId", u."id") FROM "User" u WHERE u."id"`;
  if (ids.length === 1) return Prisma.sql`${name} = (${joined} = ${id}::uuid)`;
  return Prisma.sql`${name} = ANY (ARRAY(${joined} = ANY (${[...ids]}::uuid[])))`;
}

function oneOf(column: string, type: string, values: readonly string[]): Prisma.Sql {
  const [name, cast] = [Prisma.raw(column), Prisma.raw(type)];
  // A single value as an equation: then an index that starts with it also gives the order.
  if (values.length === 1) return Prisma.sql`${name} = ${values[0]}::${cast}`;
  return Prisma.sql`${name} IN (${Prisma.join(values.map((value) => Prisma.sql`${value}::${cast}`))})`;
}
