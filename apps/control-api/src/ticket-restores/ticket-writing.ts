import type { ClientBase } from 'pg';
import { bringRows } from './archived-rows.js';
import { eraseAgain } from './erased-people.js';
import { findPeople } from './people.js';
import { filesOf, removedOf } from './ticket-files.js';
import { insertTickets } from './ticket-rows.js';

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
}

/** What has to be there before tickets are written: the bytes of their files. */
export interface TicketFiles {
  /** Of the tickets that are not there. */
  readonly ticketIds: readonly string[];
  readonly names: readonly string[];
}

interface Known {
  readonly id: string;
  readonly number: number;
  readonly deleted: boolean;
}

/** Raised when a ticket is gone that was there when files were put: the next take puts its files, too. */
class TicketGoneMeanwhile extends Error {
  constructor() {
    super('A ticket was destroyed in the helpdesk meanwhile.');
    this.name = 'TicketGoneMeanwhile';
  }
}

const type = 'TICKETS_RESTORED_BY_OPERATOR';

/** What a restore that has been written said of the tickets; undefined if it has not. */
export async function writtenBefore(
  live: ClientBase,
  restoreId: string,
): Promise<readonly RestoredTicket[] | undefined> {
  const { rows } = await live.query<{ tickets: readonly RestoredTicket[] }>(
    `SELECT "details"->'tickets' AS "tickets" FROM "AuditEvent" WHERE "type" = $1 AND "details"->>'restoreId' = $2`,
    [type, restoreId],
  );
  return rows[0]?.tickets;
}

/** The files that these tickets will need, without those that were erased since. Locks nothing. */
export async function filesToPut(from: ClientBase, live: ClientBase, numbers: readonly number[]): Promise<TicketFiles> {
  const { idsOf } = await outcomes(from, live, numbers);
  const ticketIds = idsOf('RESTORED');
  await eraseAgain(from, live, ticketIds);
  return { ticketIds, names: await filesOf(from, live, ticketIds) };
}

/**
 * Brings tickets from a database that was filled from an archive into the live one, of the same schema, in one transaction: all of them or
 * none; their files are there. One that is there stays as it is; one that was deleted there since is shown again, with all that it has. Says
 * what it said before when it has been done. `removeFiles` gets those that were removed from the helpdesk while they were put.
 */
export async function restoreTickets(
  from: ClientBase,
  live: ClientBase,
  wish: TicketWish,
  {
    files,
    removeFiles,
  }: { readonly files: TicketFiles; readonly removeFiles: (names: readonly string[]) => Promise<void> },
): Promise<readonly RestoredTicket[]> {
  await live.query('BEGIN');
  const before = await writtenBefore(live, wish.restoreId);
  if (before !== undefined) {
    await live.query('ROLLBACK');
    return before;
  }
  const { tickets, idsOf } = await outcomes(from, live, wish.numbers);
  const ids = idsOf('RESTORED');
  if (ids.some((id) => !files.ticketIds.includes(id))) throw new TicketGoneMeanwhile();
  if (ids.length > 0) await bringBack(from, live, ids);
  await undelete(live, idsOf('UNDELETED'));
  const details = { restoreId: wish.restoreId, backupId: wish.backupId, tickets };
  await live.query(`INSERT INTO "AuditEvent" ("type", "actorType", "details") VALUES ($1, 'OPERATOR', $2)`, [
    type,
    details,
  ]);
  await removeFiles(await removedOf(live, files.names));
  await live.query('COMMIT');
  return tickets;
}

async function outcomes(from: ClientBase, live: ClientBase, numbers: readonly number[]) {
  const known = await knownBy(from, numbers);
  const there = await knownBy(live, numbers);
  const outcomeOf = (number: number): TicketOutcome => {
    const [archived, now] = [known.get(number), there.get(number)];
    if (archived === undefined) return 'NOT_IN_BACKUP';
    if (now === undefined) return 'RESTORED';
    return now.deleted && now.id === archived.id ? 'UNDELETED' : 'EXISTS';
  };
  const tickets = numbers.map((number) => ({ number, outcome: outcomeOf(number) }));
  const idsOf = (outcome: TicketOutcome) =>
    tickets.filter((each) => each.outcome === outcome).map(({ number }) => known.get(number)?.id ?? '');
  return { tickets, idsOf };
}

async function bringBack(from: ClientBase, live: ClientBase, ids: readonly string[]): Promise<void> {
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
