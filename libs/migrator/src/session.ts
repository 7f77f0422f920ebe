import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { MigrationLocked } from './errors.js';
import { holderColumns, type Holder } from './holders.js';

export interface SessionOptions {
  /** The role that owns what the migrations create: they run under `SET ROLE`. */
  readonly asRole?: string;
  /** How long a statement waits for a lock, in milliseconds; by default as the server says. */
  readonly lockTimeoutMs?: number;
  /** How long a statement may take, in milliseconds; by default as the server says. */
  readonly statementTimeoutMs?: number;
  /** How long to wait for another process that migrates this database, in milliseconds; by default ten minutes. */
  readonly patienceMs?: number;
  /** Ends that wait. */
  readonly signal?: AbortSignal;
}

/** The lock that Prisma's own engine takes, so that the two never run at once. */
export const prismaLock = 72_707_369;
const longestPauseMs = 200;
/** Longer than most migrations take; the caller retries later. */
const defaultPatienceMs = 600_000;

const prismaLocks = `locktype = 'advisory' AND classid = 0 AND objid = ${prismaLock} AND objsubid = 1 AND granted`;

/** Resets all that a script may have changed in its session, except advisory locks, which may be the caller's. */
const forget = `
  CLOSE ALL;
  SET SESSION AUTHORIZATION DEFAULT;
  RESET ALL;
  DEALLOCATE ALL;
  UNLISTEN *;
  DISCARD PLANS;
  DISCARD SEQUENCES;
  DISCARD TEMP;`;

/** Lets the server notice within seconds that the migrating process is gone; not every platform supports it. */
const noticeDeath = `
  DO $$ BEGIN PERFORM set_config('client_connection_check_interval', '2s', false);
  EXCEPTION WHEN OTHERS THEN NULL; END $$;`;

/** A connection that migrates: it is alone in its database, and each script starts with default settings. */
export class MigrationSession {
  private readonly settings: string;

  constructor(
    private readonly client: pg.ClientBase,
    private readonly options: SessionOptions,
  ) {
    const { asRole, lockTimeoutMs, statementTimeoutMs } = options;
    this.settings = [
      noticeDeath,
      ...(lockTimeoutMs === undefined ? [] : [`SET lock_timeout = ${Number(lockTimeoutMs)};`]),
      ...(statementTimeoutMs === undefined ? [] : [`SET statement_timeout = ${Number(statementTimeoutMs)};`]),
      ...(asRole === undefined ? [] : [`SET ROLE ${pg.escapeIdentifier(asRole)};`]),
    ].join('\n');
  }

  /** Gives the next script default settings. Takes the lock again if a script has released it. */
  async begin(): Promise<void> {
    const isLocked = `SELECT FROM pg_locks WHERE ${prismaLocks} AND pid = pg_backend_pid()`;
    const results = await this.client.query(`${forget} ${this.settings} ${isLocked}`);
    if ((results as unknown as readonly pg.QueryResult[]).at(-1)?.rowCount === 0) await this.lock();
  }

  /** Statements that restore the script's role, for the end of its own transaction. */
  get again(): string {
    const { asRole } = this.options;
    const role = asRole === undefined ? '' : `SET ROLE ${pg.escapeIdentifier(asRole)};`;
    return `SET SESSION AUTHORIZATION DEFAULT; ${role}`;
  }

  /**
   * Polls instead of waiting inside PostgreSQL: a waiting statement holds a snapshot, and `CREATE INDEX
   * CONCURRENTLY` under the lock would wait for that snapshot, which is a deadlock. Throws MigrationLocked, or the reason of
   * `signal`.
   */
  async lock(): Promise<void> {
    const { patienceMs = defaultPatienceMs, signal } = this.options;
    const giveUpAt = performance.now() + patienceMs;
    for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      signal?.throwIfAborted();
      const { rows } = await this.client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
        prismaLock,
      ]);
      if (rows[0]?.taken === true) return;
      if (performance.now() > giveUpAt) throw new MigrationLocked(await this.holder());
      await sleep(pauseMs, undefined, { ...(signal === undefined ? {} : { signal }) });
    }
  }

  /** Resets the connection and releases the lock. A broken connection has no lock any more. */
  async end(): Promise<void> {
    await this.client.query(`${forget} SELECT pg_advisory_unlock(${prismaLock})`).catch(() => undefined);
  }

  private async holder(): Promise<Holder | undefined> {
    const { rows } = await this.client.query<Holder>(
      `SELECT ${holderColumns} FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE ${prismaLocks} AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    return rows[0];
  }
}
