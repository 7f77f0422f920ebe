import type { Client } from 'pg';
import { closeAbruptly, connectToCopy, type Connect } from './copy.js';
import { SnapshotInTheWay } from './errors.js';
import { tablesOf, type Table } from './tables.js';

const lookEveryMs = 250;

/** Where and when a snapshot was taken. */
export interface SnapshotFacts {
  readonly takenAt: string;
  readonly lsn: string;
  readonly serverVersion: string;
}

/**
 * One state of a database, which several connections read. While it is open nothing can change the tables' form; if somebody waits
 * for that, `read` fails: what waits for such a lock stops everybody behind it.
 */
export class Snapshot {
  private readonly clients: Client[] = [];
  private watching: NodeJS.Timeout | undefined;
  private inTheWay = false;

  private constructor(
    readonly tables: readonly Table[],
    readonly facts: SnapshotFacts,
    readonly main: Client,
  ) {}

  /** Throws NotArchivable, and PostgreSQL's lock_not_available where a table is locked. */
  static async take(connect: Connect, asRole: string): Promise<Snapshot> {
    const main = await connectToCopy(connect, asRole);
    try {
      for (;;) {
        const before = await tablesOf(main);
        await main.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        // Before the snapshot: a table that is rewritten in between would look empty in it.
        for (const { name } of before)
          await main.query(`LOCK TABLE public.${main.escapeIdentifier(name)} IN ACCESS SHARE MODE`);
        const { rows } = await main.query<SnapshotFacts>(
          `SELECT to_char(clock_timestamp(), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "takenAt", pg_current_wal_lsn()::text AS lsn,
                  split_part(current_setting('server_version'), ' ', 1) AS "serverVersion"`,
        );
        const tables = await tablesOf(main);
        const isSame = nameAll(tables) === nameAll(before);
        if (isSame) return new Snapshot(tables, rows[0] as SnapshotFacts, main);
        await main.query('ROLLBACK'); // A migration was quicker.
      }
    } catch (error) {
      closeAbruptly(main);
      throw error;
    }
  }

  /** Reads every table, by `connections` connections at a time, the largest first. Throws SnapshotInTheWay, and what `read` throws. */
  async read(
    connect: Connect,
    asRole: string,
    connections: number,
    read: (client: Client, table: Table) => Promise<void>,
  ) {
    const { rows } = await this.main.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
    const waiting = [...this.tables].sort((a, b) => b.bytes - a.bytes);
    await this.watch(connect, asRole);
    const work = async () => {
      const client = await this.joined(connect, asRole, String(rows[0]?.id));
      for (let table; (table = waiting.shift()) !== undefined;) await read(client, table);
    };
    try {
      const all = await Promise.allSettled(Array.from({ length: connections }, work));
      const broken = all.find((outcome) => outcome.status === 'rejected');
      if (broken !== undefined) throw broken.reason;
    } catch (error) {
      throw this.inTheWay ? new SnapshotInTheWay() : error;
    }
  }

  /** Ends everything; whoever still reads gets an error. */
  close(): void {
    clearInterval(this.watching);
    for (const client of [this.main, ...this.clients]) closeAbruptly(client);
  }

  private async joined(connect: Connect, asRole: string, snapshot: string): Promise<Client> {
    const client = await connectToCopy(connect, asRole);
    this.clients.push(client);
    await client.query(
      `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT ${client.escapeLiteral(snapshot)}`,
    );
    return client;
  }

  private async watch(connect: Connect, asRole: string): Promise<void> {
    const { rows } = await this.main.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const client = await connectToCopy(connect, asRole);
    this.clients.push(client);
    let asking = false;
    this.watching = setInterval(() => {
      if (asking) return;
      asking = true;
      client
        .query(
          `SELECT FROM pg_locks w
            WHERE NOT w.granted AND w.locktype = 'relation' AND w.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND $1 = ANY (pg_blocking_pids(w.pid)) LIMIT 1`,
          [rows[0]?.pid],
        )
        .then(({ rowCount }) => {
          if (rowCount === 0) return;
          this.inTheWay = true;
          this.close();
        })
        .catch(() => undefined) // The connection was closed, or the server is away: whoever reads is told.
        .finally(() => (asking = false));
    }, lookEveryMs);
  }
}

function nameAll(tables: readonly Table[]): string {
  return tables.map(({ name, columns }) => `${name}(${columns.join()})`).join();
}
