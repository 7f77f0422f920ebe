import type { TenantServer } from './tenant-server.js';

/** Who is connected to a server. */
export interface ServerSessions {
  readonly used: number;
  /** How many it takes at most. */
  readonly max: number;
  /** How many of these are not for tenants. */
  readonly reserved: number;
  /** How many to each database, by its name; those of others too. */
  readonly byDatabase: ReadonlyMap<string, number>;
}

interface Row {
  readonly database: string;
  readonly count: number;
  readonly max: number;
  readonly reserved: number;
}

/** Throws within seconds if the server does not answer. Processes of PostgreSQL's own have no database and count for nothing. */
export async function sessionsOf({ brief }: TenantServer): Promise<ServerSessions> {
  const { rows } = await brief.query<Row>(
    `SELECT datname AS database, count(*)::int AS count, current_setting('max_connections')::int AS max,
            current_setting('superuser_reserved_connections')::int + current_setting('reserved_connections')::int AS reserved
       FROM pg_stat_activity
      WHERE datid IS NOT NULL
      GROUP BY datname`,
  );
  const [{ max, reserved } = { max: 0, reserved: 0 }] = rows; // There is one at least: our own.
  const byDatabase = new Map(rows.map(({ database, count }) => [database, count]));
  return { used: rows.reduce((sum, { count }) => sum + count, 0), max, reserved, byDatabase };
}
