import type { SqlReader } from '@helpdeskly/tenancy';
import { eventColumns, joinActor, type EventRow } from '../events/events.queries.js';
import type { Viewer } from '../ticket-core/viewer.js';

/** An event where it stands among all of a helpdesk. */
export interface FeedRow extends EventRow {
  readonly ticketId: string;
  readonly number: number;
  /** A bigint's digits. */
  readonly position: string;
}

/** Events that one statement places at most: some ten milliseconds of work, for which others wait. */
const batch = 1000;

/**
 * Gives their places to events that are committed and have none; answers how many it placed, 0 when all have one. To be called
 * outside of any transaction: its lock is to be gone when it has answered.
 */
export async function placeEvents(db: SqlReader): Promise<number> {
  const [row] = await db.$queryRaw<{ placed: number }[]>`SELECT "place_ticket_events"(${batch}::integer) AS "placed"`;
  return row?.placed ?? 0;
}

/** `limit` placed events behind a position, in their order. */
export function readFeed(db: SqlReader, viewer: Viewer, after: string, limit: number): PromiseLike<FeedRow[]> {
  return db.$queryRaw<FeedRow[]>`
    SELECT ${eventColumns(viewer)}, e."ticketId"::text AS "ticketId", e."position"::text AS "position",
           (SELECT t."number" FROM "Ticket" t WHERE t."id" = e."ticketId") AS "number"
      FROM (SELECT e.* FROM "TicketEvent" e
             WHERE e."position" > ${after}::bigint ORDER BY e."position" LIMIT ${limit}) e
      ${joinActor(viewer)}
     ORDER BY e."position"`;
}

/** The last position that was given. */
export async function lastPosition(db: SqlReader): Promise<string> {
  const [row] = await db.$queryRaw<{ last: string }[]>`SELECT "last"::text AS "last" FROM "TicketFeed"`;
  return row?.last ?? '0';
}

/**
 * Those of these positions that lie in a gap: the database was put back to a former state, and then counted on behind the last position
 * that was given before. No event was ever at one of them here, or will be.
 */
export async function lostPositions(db: SqlReader, positions: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.$queryRaw<{ position: string }[]>`
    SELECT p."position"::text AS "position" FROM unnest(${[...positions]}::bigint[]) p ("position"), "TicketFeed" f
     WHERE p."position" NOT IN (0, f."last")
       AND NOT EXISTS (SELECT FROM "TicketEvent" e WHERE e."position" IN (p."position", p."position" + 1))`;
  return new Set(rows.map(({ position }) => position));
}
