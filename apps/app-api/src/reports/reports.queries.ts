import type { SqlReader } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';
import {
  ages,
  type AgentShareDto,
  type GroupShareDto,
  type OpenByAgeDto,
  type ReportDaysDto,
  type ReportFilterQuery,
  type TicketDayDto,
  type TicketTimesDto,
} from './reports.dto.js';

/** How many groups or agents one report tells of. */
const mostShares = 500;

/** What people asked: no ticket that was deleted, is spam, or went on in another one. */
const counted = Prisma.sql`t."deletedAt" IS NULL AND t."mergedIntoId" IS NULL
  AND NOT EXISTS (SELECT FROM "SpamTicket" m WHERE m."ticketId" = t."id")`;

const unsolved = Prisma.sql`t."status" IN ('OPEN', 'PENDING', 'ON_HOLD')`;

/** Days as moments: from the first one's begin, up to and without the end of the last. */
const bounds = ({ from, to, timeZone }: ReportDaysDto) => Prisma.sql`
  bounds AS (SELECT ${from}::date::timestamp AT TIME ZONE ${timeZone} AS "begin",
                    (${to}::date + 1)::timestamp AT TIME ZONE ${timeZone} AS "end")`;

const within = (column: Prisma.Sql) => Prisma.sql`(${column} >= b."begin" AND ${column} < b."end")`;
const wasCreated = within(Prisma.sql`t."createdAt"`);
const wasResolved = within(Prisma.sql`t."resolvedAt"`);

/** In seconds; times that came from elsewhere may lie before the opening. */
const since = (column: Prisma.Sql) => Prisma.sql`greatest(0, extract(epoch FROM ${column} - t."createdAt"))`;
const untilResponse = since(Prisma.sql`t."firstRespondedAt"`);
const untilResolved = since(Prisma.sql`t."resolvedAt"`);

function chosen({ group, assignedTo }: ReportFilterQuery): Prisma.Sql {
  return Prisma.sql`${isOf(Prisma.sql`t."groupId"`, group)} AND ${isOf(Prisma.sql`t."assignedToId"`, assignedTo)}`;
}

function isOf(column: Prisma.Sql, value: string | undefined): Prisma.Sql {
  if (value === undefined) return Prisma.sql`true`;
  return value === 'none' ? Prisma.sql`${column} IS NULL` : Prisma.sql`${column} = ${value}::uuid`;
}

/** Tickets that wait now, by how long ago they were opened. */
export function readOpen(db: SqlReader, filter: ReportFilterQuery): PromiseLike<OpenByAgeDto[]> {
  return db.$queryRaw<OpenByAgeDto[]>`
    SELECT a."age", count(*) FILTER (WHERE o."status" = 'OPEN')::int AS "open",
           count(*) FILTER (WHERE o."status" = 'PENDING')::int AS "pending",
           count(*) FILTER (WHERE o."status" = 'ON_HOLD')::int AS "onHold", count(o."status")::int AS "total"
      FROM unnest(${[...ages]}::text[]) WITH ORDINALITY AS a("age", "place")
      LEFT JOIN (SELECT t."status", width_bucket(extract(epoch FROM now() - t."createdAt") / 86400, '{0,1,3,7,30}'::numeric[]) AS "place"
                   FROM "Ticket" t WHERE ${unsolved} AND ${counted} AND ${chosen(filter)}) o
        ON greatest(o."place", 1) = a."place"
     GROUP BY a."age", a."place" ORDER BY a."place"`;
}

/** What was opened and what was resolved, for each day. */
export function readDays(db: SqlReader, days: ReportDaysDto, filter: ReportFilterQuery): PromiseLike<TicketDayDto[]> {
  const perDay = (column: Prisma.Sql) => Prisma.sql`
    SELECT (${column} AT TIME ZONE ${days.timeZone})::date AS "day", count(*)::int AS "tickets"
      FROM "Ticket" t, bounds b WHERE ${within(column)} AND ${counted} AND ${chosen(filter)} GROUP BY 1`;
  return db.$queryRaw<TicketDayDto[]>`
    WITH ${bounds(days)}, created AS (${perDay(Prisma.sql`t."createdAt"`)}), resolved AS (${perDay(Prisma.sql`t."resolvedAt"`)})
    SELECT to_char(d."day", 'YYYY-MM-DD') AS "day", coalesce(c."tickets", 0) AS "created", coalesce(r."tickets", 0) AS "resolved"
      FROM (SELECT generate_series(${days.from}::date, ${days.to}::date, interval '1 day')::date AS "day") d
      LEFT JOIN created c USING ("day") LEFT JOIN resolved r USING ("day")
     ORDER BY d."day"`;
}

/** How long the first response and the resolution took. */
export function readTimes(
  db: SqlReader,
  days: ReportDaysDto,
  filter: ReportFilterQuery,
): PromiseLike<TicketTimesDto[]> {
  const summary = (measure: TicketTimesDto['measure'], took: Prisma.Sql, which: Prisma.Sql) => Prisma.sql`
    SELECT ${measure} AS "measure", count(s."took")::int AS "tickets",
           round(percentile_cont(0.5) WITHIN GROUP (ORDER BY s."took"))::int AS "medianSeconds",
           round(percentile_cont(0.9) WITHIN GROUP (ORDER BY s."took"))::int AS "p90Seconds",
           round(avg(s."took"))::int AS "averageSeconds"
      FROM (SELECT ${took}::double precision AS "took" FROM "Ticket" t, bounds b
             WHERE ${which} AND ${counted} AND ${chosen(filter)}) s`;
  return db.$queryRaw<TicketTimesDto[]>`
    WITH ${bounds(days)}
    ${summary('FIRST_RESPONSE', untilResponse, Prisma.sql`${wasCreated} AND t."firstRespondedAt" IS NOT NULL`)}
    UNION ALL
    ${summary('RESOLUTION', untilResolved, wasResolved)}`;
}

/** The same for each group or assignee, the one with the most tickets first. */
export function readShares(
  db: SqlReader,
  by: 'Group' | 'User',
  days: ReportDaysDto,
  filter: ReportFilterQuery,
): PromiseLike<(GroupShareDto & AgentShareDto)[]> {
  const owner =
    by === 'Group' ? Prisma.sql`"Group" o ON o."id" = t."groupId"` : Prisma.sql`"User" o ON o."id" = t."assignedToId"`;
  const median = (took: Prisma.Sql, which: Prisma.Sql) =>
    Prisma.sql`round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ${took}::double precision) FILTER (WHERE ${which}))::int`;
  return db.$queryRaw<(GroupShareDto & AgentShareDto)[]>`
    WITH ${bounds(days)}
    SELECT o."id"::text AS "id", o."name", count(*) FILTER (WHERE ${wasCreated})::int AS "created",
           count(*) FILTER (WHERE ${wasResolved})::int AS "resolved", count(*) FILTER (WHERE ${unsolved})::int AS "unsolved",
           ${median(untilResponse, Prisma.sql`${wasCreated} AND t."firstRespondedAt" IS NOT NULL`)} AS "medianFirstResponseSeconds",
           ${median(untilResolved, wasResolved)} AS "medianResolutionSeconds"
      FROM bounds b, "Ticket" t LEFT JOIN ${owner}
     WHERE (${wasCreated} OR ${wasResolved} OR ${unsolved}) AND ${counted} AND ${chosen(filter)}
     GROUP BY o."id", o."name" ORDER BY count(*) DESC, o."id" NULLS LAST LIMIT ${mostShares}`;
}
