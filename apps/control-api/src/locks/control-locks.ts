import { Connection, keepalives } from '@helpdeskly/database';
import type { ClientBase } from 'pg';

/**
 * Locks over all processes of the installation. PostgreSQL's advisory locks are per database, so every process
 * takes them in the control database. A process that dies loses its locks with its connection.
 */
export class ControlLocks {
  constructor(private readonly controlDatabaseUrl: string) {}

  /**
   * Runs `work` while it holds `name` in `space`; `work` gets the connection to the control database that holds the lock.
   * Throws after it has waited for `patienceMs`.
   */
  hold<T>(space: string, name: string, work: (control: ClientBase) => Promise<T>, patienceMs = 60_000): Promise<T> {
    return this.connected(async (client) => {
      await client.query("SELECT set_config('lock_timeout', $1, false)", [String(patienceMs)]);
      await client.query('SELECT pg_advisory_lock(hashtext($1), hashtext($2))', [space, name]);
      return work(client);
    });
  }

  /** The same, but does nothing if another process holds the lock. */
  async tryHold(space: string, name: string, work: () => Promise<void>): Promise<void> {
    await this.connected(async (client) => {
      const { rows } = await client.query<{ locked: boolean }>(
        'SELECT pg_try_advisory_lock(hashtext($1), hashtext($2)) AS locked',
        [space, name],
      );
      if (rows[0]?.locked === true) await work();
    });
  }

  private async connected<T>(work: (client: Connection) => Promise<T>): Promise<T> {
    const client = new Connection({
      connectionString: this.controlDatabaseUrl,
      connectionTimeoutMillis: 5000,
      keepAlive: true,
      options: keepalives,
    });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}
