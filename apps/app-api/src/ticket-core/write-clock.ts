import { Prisma } from '@helpdeskly/tenant-db';

/**
 * The time of a write to the ticket `t` that is locked: its clock never goes back. It has to be read when the lock is there, so
 * behind a materialized CTE that took it, or in the UPDATE itself.
 */
export const writtenAt = Prisma.sql`greatest(date_trunc('milliseconds', clock_timestamp()), t."updatedAt")`;

/** What an UPDATE of "Ticket" under the alias `t` sets beside its columns. `seen` is SQL that tells whether customers see what it does. */
export function movedFor(seen: Prisma.Sql, at = writtenAt): Prisma.Sql {
  return Prisma.sql`
    "version" = t."version" + 1, "updatedAt" = ${at}, "publicVersion" = t."publicVersion" + ${seen}::int,
    "publicUpdatedAt" = CASE WHEN ${seen} THEN ${at} ELSE t."publicUpdatedAt" END`;
}
