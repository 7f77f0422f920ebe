import { Client } from 'pg';

/**
 * Locks that hold over all processes of the installation. PostgreSQL's advisory locks are per database, so every process
 * takes them in the control database; a process that dies loses its own with its connection.
 */
export class ControlLocks {
  constructor(private readonly controlDatabaseUrl: string) {}

  /** Runs `work` while nobody else holds `name` in `space`. Throws when it has waited for `patienceMs`. */
  async hold<T>(space: string, name: string, work: () => Promise<T>, patienceMs = 60_000): Promise<T> {
    const client = new Client({
      connectionString: this.controlDatabaseUrl,
      connectionTimeoutMillis: 5000,
      keepAlive: true,
    });
    client.on('error', () => undefined); // The query that it interrupts throws.
    await client.connect();
    try {
      await client.query("SELECT set_config('lock_timeout', $1, false)", [String(patienceMs)]);
      await client.query('SELECT pg_advisory_lock(hashtext($1), hashtext($2))', [space, name]);
      return await work();
    } finally {
      await client.end();
    }
  }
}
