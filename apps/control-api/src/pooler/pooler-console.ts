import { Client } from 'pg';

/** PgBouncer answers its console from memory; one that takes longer is as good as away. */
const patience = { connectionTimeoutMillis: 3000, query_timeout: 3000 } as const;

/**
 * The admin console of one PgBouncer: a database named `pgbouncer` that understands commands in place of SQL.
 * Source: https://www.pgbouncer.org/usage.html#admin-console
 */
export class PoolerConsole {
  constructor(private readonly url: string) {}

  /** Reads its files again: configuration and users. */
  reload(): Promise<void> {
    return this.tell('RELOAD');
  }

  /** Hangs up on everybody in `database`, clients and servers alike; who comes afterwards is let in as PostgreSQL allows. */
  disconnect(database: string): Promise<void> {
    return this.tell(`KILL ${quoted(database)}`, `RESUME ${quoted(database)}`);
  }

  private async tell(...commands: string[]): Promise<void> {
    const client = new Client({ connectionString: this.url, ...patience });
    client.on('error', () => undefined); // The command that it interrupts throws.
    try {
      await client.connect();
      for (const command of commands) await client.query(command);
    } finally {
      await client.end().catch(() => undefined); // It never stood; the command has thrown.
    }
  }
}

/** The console knows identifiers in double quotes and no way to escape one; ours need none. */
function quoted(database: string): string {
  if (!/^\w+$/.test(database)) throw new Error(`The pooler's console cannot be told of a database named ${database}.`);
  return `"${database}"`;
}
