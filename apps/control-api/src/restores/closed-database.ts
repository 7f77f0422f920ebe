import { setTimeout as sleep } from 'node:timers/promises';
import { migratorName } from '../server-connections/tenant-server.js';
import type { Queryable } from '../tenant-databases/server-roles.js';
import { admitRole } from '../tenant-databases/tenant-role.js';
import { escapeIdentifier } from 'pg';

/** How long requests that are under way may take to end, in milliseconds. */
const drainMs = 1000;
/** How long sessions may take to end that were told to. */
const endingMs = 500;
const lookMs = 10;

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

/**
 * Closes a database in PostgreSQL itself: its roles may not log in, transactions that are under way may end within a second, and then no
 * session is left. A process that has not heard of it cannot write there. Throws DatabaseBusy.
 */
export async function closeDatabase(admin: Queryable, database: string, roles: readonly string[]): Promise<void> {
  const { rowCount } = await admin.query(
    'SELECT FROM pg_stat_activity WHERE datname = $1 AND application_name = $2 LIMIT 1',
    [database, migratorName],
  );
  if (rowCount !== 0) throw new DatabaseBusy('a migration');
  for (const role of roles) await admin.query(`ALTER ROLE ${escapeIdentifier(role)} WITH NOLOGIN`);
  const until = performance.now() + drainMs;
  while ((await endSessions(admin, database, `AND state = 'idle'`)) > 0 && performance.now() < until)
    await sleep(lookMs);
  // One that was about to commit may still do so: only when all are gone is everything written that ever will be.
  const gone = performance.now() + endingMs;
  while ((await endSessions(admin, database, '')) > 0) {
    if (performance.now() > gone) throw new DatabaseBusy('a session that does not end');
    await sleep(lookMs);
  }
}

/** Lets the roles log in again. */
export async function openDatabase(admin: Queryable, roles: readonly string[]): Promise<void> {
  for (const role of roles) await admitRole(admin, role);
}

/** Returns how many sessions there were, ended or not. */
async function endSessions(admin: Queryable, database: string, which: string): Promise<number> {
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() ${which}`,
    [database],
  );
  const { rows } = await admin.query<{ left: number }>(
    `SELECT count(*)::int AS left FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    [database],
  );
  return rows[0]?.left ?? 0;
}
