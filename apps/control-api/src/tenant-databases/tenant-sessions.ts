import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from './server-roles.js';

/** A session appears with its role after it has read its settings, within this many milliseconds. */
const appearsWithinMs = 300;

/** The sessions of one role, or of all tenants' roles in one database. */
export type SessionsOf = { readonly role: string } | { readonly database: string };

/**
 * Ends the sessions that began before now: they keep the former settings of role and database. A request that uses one
 * gets an error; an idle one is replaced on the next use.
 */
export async function endEarlierSessions(admin: Queryable, whose: SessionsOf): Promise<void> {
  const { rows } = await admin.query<{ now: string }>('SELECT clock_timestamp()::text AS now');
  const [condition, name] =
    'role' in whose
      ? ['usename = $1', whose.role]
      : [`datname = $1 AND usename ~ '^t_[0-9a-f]{32}_[ab]$'`, whose.database];
  // An administrator without pg_read_all_stats cannot see when a session began: then all of them end.
  const end = () =>
    admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${condition} AND coalesce(backend_start <= $2::timestamptz, true)`,
      [name, rows[0]?.now],
    );
  await end();
  await sleep(appearsWithinMs);
  await end();
}
