import { setTimeout as sleep } from 'node:timers/promises';
import { migratorName } from '../server-connections/tenant-server.js';
import type { Queryable } from '../tenant-databases/server-roles.js';
import { admitRole } from '../tenant-databases/tenant-role.js';
import { escapeIdentifier } from 'pg';

/** How long requests that are under way may take to end, in milliseconds. */
const drainMs = 1000;
/** How long sessions may take to end that were told to. */
const endingMs = 500;
const lookMs = 3;

/** Raised while something works on the database that must not be interrupted: the switch comes later. */
export class DatabaseBusy extends Error {
  constructor(who: string) {
    super(`${who} works on the database: it is switched when that is over`);
    this.name = 'DatabaseBusy';
  }
}

/** The roles of these that exist. */
export async function existing(admin: Queryable, roles: readonly string[]): Promise<readonly string[]> {
  const { rows } = await admin.query<{ name: string }>(
    'SELECT rolname::text AS name FROM pg_roles WHERE rolname = ANY ($1)',
    [roles],
  );
  return rows.map(({ name }) => name);
}

/** What else the closing of a database does. */
interface Closing {
  /** The process of an own session that stays. */
  readonly spared?: number;
  /** What new sessions of anybody get as default_transaction_read_only: NOLOGIN does not concern the administrator. */
  readonly readOnly?: boolean;
}

const readOnlySetting = 'default_transaction_read_only';

/**
 * Closes a database in PostgreSQL itself: its roles may not log in, transactions that are under way may end within a second, and then no
 * session is left. A process that has not heard of it cannot write there. Throws DatabaseBusy.
 */
export async function closeDatabase(
  admin: Queryable,
  database: string,
  roles: readonly string[],
  { spared = 0, readOnly = false }: Closing = {},
): Promise<void> {
  const { rowCount } = await admin.query(
    'SELECT FROM pg_stat_activity WHERE datname = $1 AND application_name = $2 LIMIT 1',
    [database, migratorName],
  );
  if (rowCount !== 0) throw new DatabaseBusy('a migration');
  // One implicit transaction, which waits for the disk once.
  const closed = roles.map((role) => `ALTER ROLE ${escapeIdentifier(role)} WITH NOLOGIN;`);
  if (readOnly) closed.push(`ALTER DATABASE ${escapeIdentifier(database)} SET ${readOnlySetting} = ON;`);
  if (closed.length > 0) await admin.query(closed.join(' '));
  const until = performance.now() + drainMs;
  while ((await endSessions(admin, database, spared, `state = 'idle'`)) > 0 && performance.now() < until)
    await sleep(lookMs);
  // One that was about to commit may still do so: only when all are gone is everything written that ever will be.
  const gone = performance.now() + endingMs;
  while ((await endSessions(admin, database, spared, 'true')) > 0) {
    if (performance.now() > gone) throw new DatabaseBusy('a session that does not end');
    await sleep(lookMs);
  }
}

/** Lets the roles log in again. */
export async function openDatabase(admin: Queryable, roles: readonly string[]): Promise<void> {
  for (const role of roles) await admitRole(admin, role);
}

/** Takes `readOnly` back. */
export async function makeWritable(admin: Queryable, database: string): Promise<void> {
  await admin.query(`ALTER DATABASE ${escapeIdentifier(database)} RESET ${readOnlySetting}`);
}

/**
 * Ends those of which `which` is true; returns how many there were of clients, ended or not. Autovacuum's go by themselves, and a
 * superuser's cannot be ended by anybody else: PostgreSQL would refuse the whole statement for either.
 */
async function endSessions(admin: Queryable, database: string, spared: number, which: string): Promise<number> {
  const { rows } = await admin.query<{ left: number }>(
    `SELECT count(*) FILTER (WHERE backend_type = 'client backend')::int AS left,
            count(CASE WHEN ${which} AND backend_type <> 'autovacuum worker' AND (me.rolsuper OR other.rolsuper IS NOT TRUE)
                       THEN pg_terminate_backend(pid) END) AS ended
       FROM pg_roles me, pg_stat_activity LEFT JOIN pg_roles other ON other.oid = usesysid
      WHERE me.rolname = current_user AND datname = $1 AND pid NOT IN (pg_backend_pid(), $2)`,
    [database, spared],
  );
  return rows[0]?.left ?? 0;
}
