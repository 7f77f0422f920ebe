import { Prisma } from '@helpdeskly/tenant-db';

/** A column of type timestamptz(3) as ISO 8601 in UTC with milliseconds. `column` is SQL of ours, never input. */
export function isoTimeText(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** The same, for a query. */
export function isoTime(column: string): Prisma.Sql {
  return Prisma.raw(isoTimeText(column));
}
