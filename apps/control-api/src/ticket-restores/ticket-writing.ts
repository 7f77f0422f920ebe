import type { ClientBase } from 'pg';
import { bringRows } from './archived-rows.js';
import { eraseAgain } from './erased-people.js';
import { findPeople } from './people.js';
import { filesOf, insertTickets } from './ticket-rows.js';

/** What became of a ticket. */
export const TicketOutcome = {
  RESTORED: 'RESTORED',
  UNDELETED: 'UNDELETED',
  EXISTS: 'EXISTS',
  NOT_IN_BACKUP: 'NOT_IN_BACKUP',
} as const;
export type TicketOutcome = (typeof TicketOutcome)[keyof typeof TicketOutcome];

export interface RestoredTicket {
  readonly number: number;
  readonly outcome: TicketOutcome;
}

export interface TicketWish {
  readonly restoreId: string;
  readonly backupId: string;
  readonly numbers: readonly number[];
  /** Puts the bytes of these files where the helpdesk reads them. */
  readonly putFiles: (names: readonly string[]) => Promise<void>;
}

interface Known {
  readonly id: string;
  readonly number: number;
  readonly deleted: boolean;
}

const type = 'TICKETS_RESTORED_BY_OPERATOR';

/**
 * Brings tickets from a database that was filled from an archive into the live one, of the same schema, in one transaction: all of them or
 * none. One that is there stays as it is; one that was deleted there since is shown again, with all that it has. Says what it said before
 * when it has been done.
 */
export async function restoreTickets(
  from: ClientBase,
  live: ClientBase,
  wish: TicketWish,
): Promise<readonly RestoredTicket[]> {
  await live.query('BEGIN');
  const earlier = await live.query<{ tickets: readonly RestoredTicket[] }>(
    `SELECT "details"->'tickets' AS "tickets" FROM "AuditEvent" WHERE "type" = $1 AND "details"->>'restoreId' = $2`,
    [type, wish.restoreId],
  );
  const [done] = earlier.rows;
  if (done !== undefined) {
    await live.query('ROLLBACK');
    return done.tickets;
  }
  const known = await knownBy(from, wish.numbers);
  const there = await knownBy(live, wish.numbers);
  const outcomeOf = (number: number): TicketOutcome => {
    const [archived, now] = [known.get(number), there.get(number)];
    if (archived === undefined) return 'NOT_IN_BACKUP';
    if (now === undefined) return 'RESTORED';
    return now.deleted && now.id === archived.id ? 'UNDELETED' : 'EXISTS';
  };
  const tickets = wish.numbers.map((number) => ({ number, outcome: outcomeOf(number) }));
  const idsOf = (outcome: TicketOutcome) =>
    tickets.filter((each) => each.outcome === outcome).map(({ number }) => known.get(number)?.id ?? '');
  const ids = idsOf('RESTORED');
  if (ids.length > 0) await bringBack(from, live, ids, wish);
  await undelete(live, idsOf('UNDELETED'));
  const details = { restoreId: wish.restoreId, backupId: wish.backupId, tickets };
  await live.query(`INSERT INTO "AuditEvent" ("type", "actorType", "details") VALUES ($1, 'OPERATOR', $2)`, [
    type,
    details,
  ]);
  await live.query('COMMIT');
  return tickets;
}

async function bringBack(
  from: ClientBase,
  live: ClientBase,
  ids: readonly string[],
  { putFiles }: TicketWish,
): Promise<void> {
  await eraseAgain(from, live, ids);
  const columns = await bringRows(from, live, ids);
  await findPeople(from, live, columns);
  const { rows } = await from.query<{ last: string }>('SELECT "last"::text AS "last" FROM "TicketFeed"');
  await insertTickets(live, columns, rows[0]?.last ?? '0');
  // Whoever follows the feed is told once that they are back.
  await live.query(
    `INSERT INTO "TicketEvent" ("ticketId", "type") SELECT t, 'RESTORED' FROM unnest($1::uuid[]) t ORDER BY t`,
    [ids],
  );
  await putFiles(await filesOf(live));
}

async function undelete(live: ClientBase, ids: readonly string[]): Promise<void> {
  await live.query(
    `WITH shown AS (
       SELECT t."id", t."deletedAt" FROM "Ticket" t WHERE t."id" = ANY ($1::uuid[]) AND t."deletedAt" IS NOT NULL
        ORDER BY t."id" FOR NO KEY UPDATE
     ), events AS (
       INSERT INTO "TicketEvent" ("ticketId", "type", "changes")
       SELECT s."id", 'RESTORED', jsonb_build_object('deletedAt', jsonb_build_object(
              'from', to_char(s."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'to', NULL)) FROM shown s
     )
     UPDATE "Ticket" t
        SET "deletedAt" = NULL, "version" = t."version" + 1, "publicVersion" = t."publicVersion" + 1,
            "updatedAt" = clock_timestamp(), "publicUpdatedAt" = clock_timestamp()
       FROM shown s WHERE t."id" = s."id"`,
    [ids],
  );
}

async function knownBy(client: ClientBase, numbers: readonly number[]): Promise<ReadonlyMap<number, Known>> {
  const { rows } = await client.query<Known>(
    `SELECT "id"::text AS "id", "number", "deletedAt" IS NOT NULL AS "deleted" FROM "Ticket" WHERE "number" = ANY ($1::int[])`,
    [numbers],
  );
  return new Map(rows.map((row) => [row.number, row]));
}
