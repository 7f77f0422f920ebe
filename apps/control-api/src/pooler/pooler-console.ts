import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, messagesOf } from '@helpdeskly/database';
import type { QueryConfig, QueryResultRow } from 'pg';

/** PgBouncer answers its console from memory; one that takes longer counts as away. In milliseconds. */
const patienceMs = 3000;

/** What a PgBouncer holds, over all of its databases. */
export interface PoolerLoad {
  readonly clientsActive: number;
  readonly clientsWaiting: number;
  readonly serversActive: number;
  readonly serversIdle: number;
  /** How long the first client in line has waited. */
  readonly waitSeconds: number;
}

/** `load` is undefined if its console does not answer. */
export interface PoolerView {
  /** `host:port`. */
  readonly address: string;
  readonly load: PoolerLoad | undefined;
}

/** A row of SHOW POOLS, as text. */
type PoolRow = Readonly<
  Record<'database' | 'cl_active' | 'cl_waiting' | 'sv_active' | 'sv_idle' | 'maxwait' | 'maxwait_us', string>
>;

/**
 * The admin console of one PgBouncer: a database named `pgbouncer` that accepts commands instead of SQL.
 * Source: https://www.pgbouncer.org/usage.html#admin-console
 */
export class PoolerConsole {
  constructor(private readonly url: string) {}

  get address(): string {
    return new URL(this.url).host;
  }

  async load(): Promise<PoolerLoad> {
    const pools = (await this.ask<PoolRow>('SHOW POOLS')).filter(({ database }) => database !== 'pgbouncer'); // Without itself.
    const sum = (column: keyof PoolRow) => pools.reduce((total, pool) => total + Number(pool[column]), 0);
    return {
      clientsActive: sum('cl_active'),
      clientsWaiting: sum('cl_waiting'),
      serversActive: sum('sv_active'),
      serversIdle: sum('sv_idle'),
      waitSeconds: Math.max(0, ...pools.map((pool) => Number(pool.maxwait) + Number(pool.maxwait_us) / 1e6)),
    };
  }

  /** Makes it read its files again: configuration and users. */
  reload(): Promise<void> {
    return this.tell(['RELOAD']);
  }

  /**
   * Closes all connections to `database`, of clients and to servers; PostgreSQL decides who may connect afterwards. The console may take
   * `withinMs`.
   */
  disconnect(database: string, withinMs = patienceMs): Promise<void> {
    return this.tell([`KILL ${quoted(database)}`, `RESUME ${quoted(database)}`], withinMs);
  }

  /**
   * Whoever wants a connection to `database` waits from now on. Returns whether every transaction that was under way has ended within
   * `withinMs`; if not, it is paused all the same. Throws if the console does not answer in that time. Repeatable.
   */
  pause(database: string, withinMs: number): Promise<boolean> {
    const leftMs = timeLeft(withinMs);
    return this.connected(async (client) => {
      const paused = client.query(`PAUSE ${quoted(database)}`).then(() => true);
      paused.catch(() => undefined); // When the time is over, nobody asks.
      const cut = new AbortController();
      const late = sleep(leftMs(), false, { signal: cut.signal });
      return Promise.race([paused, late]).finally(() => cut.abort());
    }, withinMs);
  }

  /** Ends a pause, if there is one. `cut`: by telling those who wait that the database was removed. */
  async resume(database: string, cut: boolean): Promise<void> {
    const known = await this.ask<{ name: string; paused: string }>('SHOW DATABASES'); // Those with connections.
    const isPaused = known.some(({ name, paused }) => name === database && Number(paused) === 1);
    if (cut && isPaused) return this.disconnect(database);
    await this.tell([`RESUME ${quoted(database)}`]).catch((error: unknown) => {
      if (!isAboutNoPause(error)) throw error;
    });
  }

  private async tell(commands: readonly string[], withinMs = patienceMs): Promise<void> {
    const leftMs = timeLeft(withinMs);
    await this.connected(async (client) => {
      for (const text of commands) await client.query({ text, query_timeout: leftMs() } as QueryConfig);
    }, withinMs);
  }

  private ask<Row extends QueryResultRow>(question: string): Promise<Row[]> {
    return this.connected(async (client) => (await client.query<Row>(question)).rows);
  }

  private async connected<T>(work: (client: Connection) => Promise<T>, withinMs = patienceMs): Promise<T> {
    const patience = { connectionTimeoutMillis: withinMs, query_timeout: withinMs };
    const client = new Connection({ connectionString: this.url, ...patience });
    try {
      await client.connect();
      return await work(client);
    } finally {
      client.close(); // Waits for nobody: one that hangs would never say goodbye.
    }
  }
}

/** How much of a time is left, in milliseconds: at least one, since none means for ever to pg. */
function timeLeft(withinMs: number): () => number {
  const until = performance.now() + withinMs;
  return () => Math.max(1, Math.floor(until - performance.now()));
}

/** What the console answers to RESUME if the database is not paused, or it knows none of that name. */
function isAboutNoPause(error: unknown): boolean {
  return messagesOf(error).some((text) => /is not paused|no such database/.test(text));
}

/** The console knows identifiers in double quotes but no escape; our names need none. */
function quoted(database: string): string {
  if (!/^\w+$/.test(database)) throw new Error(`The pooler's console cannot be told of a database named ${database}.`);
  return `"${database}"`;
}
