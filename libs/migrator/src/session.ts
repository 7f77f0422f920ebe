import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { MigrationLocked } from './errors.js';
import { holderColumns, type Holder } from './holders.js';

export interface SessionOptions {
  /** A role to own what the migrations make: they run under `SET ROLE`. */
  readonly asRole?: string;
  /** How long a statement waits for a lock, in milliseconds; without it as the server says. */
  readonly lockTimeoutMs?: number;
  /** How long a statement may take, in milliseconds; without it as the server says. */
  readonly statementTimeoutMs?: number;
  /** How long to wait for somebody else who migrates this database, in milliseconds; ten minutes without it. */
  readonly patienceMs?: number;
  /** Ends that wait. */
  readonly signal?: AbortSignal;
}

/** The lock that Prisma's own engine takes, so that the two never run at once. */
const prismaLock = 72_707_369;
const longestPauseMs = 200;
/** Longer than most migrations take; whoever waits comes back. */
const defaultPatienceMs = 600_000;

const prismaLocks = `locktype = 'advisory' AND classid = 0 AND objid = ${prismaLock} AND objsubid = 1 AND granted`;

/** Everything that a script may have left in its session, but for advisory locks, which may be the caller's. */
const forget = `
  CLOSE ALL;
  SET SESSION AUTHORIZATION DEFAULT;
  RESET ALL;
  DEALLOCATE ALL;
  UNLISTEN *;
  DISCARD PLANS;
  DISCARD SEQUENCES;
  DISCARD TEMP;`;

/** Lets the server notice, within seconds, that whoever migrates is gone; not every platform can. */
const noticeDeath = `
  DO $$ BEGIN PERFORM set_config('client_connection_check_interval', '2s', false);
  EXCEPTION WHEN OTHERS THEN NULL; END $$;`;

/** A connection that migrates: alone in its database, and as it was before each script. */
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

  /** Gives the script that follows a session as new. Takes the lock again when a script has let go of it. */
  async begin(): Promise<void> {
    await this.client.query(forget + this.settings);
    const { rowCount } = await this.client.query(
      `SELECT FROM pg_locks WHERE ${prismaLocks} AND pid = pg_backend_pid()`,
    );
    if (rowCount === 0) await this.lock();
  }

  /** Statements that bring back whom the script runs as, for the end of its own transaction. */
  get again(): string {
    const { asRole } = this.options;
    const role = asRole === undefined ? '' : `SET ROLE ${pg.escapeIdentifier(asRole)};`;
    return `SET SESSION AUTHORIZATION DEFAULT; ${role}`;
  }

  /**
   * Asks again and again instead of waiting within PostgreSQL: a statement that waits holds a snapshot, and `CREATE INDEX
   * CONCURRENTLY` under the lock would wait for that snapshot, each for the other. Throws MigrationLocked, and what `signal`
   * was ended with.
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

  /** Gives the connection back as it was, without the lock. A broken connection has neither. */
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
