import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@helpdeskly/database';
import { holderColumns, type Holder } from '@helpdeskly/migrator';
import { isServerAway } from '../server-connections/server-breaker.js';
import type { TenantServer } from '../server-connections/tenant-server.js';

const intervalMs = 500;
/** After this many unanswered queries in a row, each of some seconds, a server counts as hung. */
const patience = 2;
/** Longer than a migration's lock_timeout: a statement that waits longer for a lock has lifted it. In seconds. */
const longestWait = 5;

/** One migrating session under watch. */
export interface WatchedSession {
  /** Who blocked it when that was last seen. */
  readonly holder: Holder | undefined;
  /** Whether it was cut off because its server no longer answers anybody. */
  readonly hung: boolean;
  /** Whether its statement was cancelled because it waited for a lock, for too long or after nobody needed it any more. */
  readonly stopped: boolean;
  end(): void;
}

interface Watched {
  readonly connection: Connection;
  readonly signal: AbortSignal;
  holder: Holder | undefined;
  hung: boolean;
  stopped: boolean;
}

/**
 * Asks a server, on a separate connection, what its migrating sessions wait for: a session that has given up can no longer
 * tell. Ends waits for locks that last too long, whatever a script has set, or that nobody needs any more. Cuts sessions off when
 * the server no longer answers, because they would wait forever.
 */
export class SessionWatch {
  private readonly sessions = new Map<number, Watched>();
  private watching: Promise<void> | undefined;

  constructor(private readonly server: TenantServer) {}

  /** `signal` ends its waits for locks. */
  watch(connection: Connection, signal: AbortSignal): WatchedSession {
    const pid = (connection as unknown as { processID: number }).processID;
    const watched: Watched = { connection, signal, holder: undefined, hung: false, stopped: false };
    this.sessions.set(pid, watched);
    this.watching ??= this.look().finally(() => (this.watching = undefined));
    return {
      get holder() {
        return watched.holder;
      },
      get hung() {
        return watched.hung;
      },
      get stopped() {
        return watched.stopped;
      },
      end: () => this.sessions.delete(pid),
    };
  }

  private async look(): Promise<void> {
    let own: Connection | undefined;
    for (let unanswered = 0; this.sessions.size > 0;) {
      await sleep(intervalMs, undefined, { ref: false });
      if (this.sessions.size === 0) break;
      try {
        own ??= await this.server.connectToWatch();
        await this.ask(own);
        unanswered = 0;
      } catch (error) {
        own?.close();
        own = undefined;
        if (isServerAway(error) && ++unanswered === patience) this.cut();
      }
    }
    own?.close();
  }

  private async ask(own: Connection): Promise<void> {
    const { rows } = await own.query<Holder & { waiting: number; seconds: number; pid: number | null }>(
      `SELECT w.pid AS "waiting", w.seconds, ${holderColumns}
         FROM (SELECT l.pid, extract(epoch FROM clock_timestamp() - min(l.waitstart))::float8 AS seconds
                 FROM pg_locks l WHERE l.pid = ANY ($1::int[]) AND NOT l.granted GROUP BY l.pid) AS w
         LEFT JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS b(pid) ON true
         LEFT JOIN pg_stat_activity a ON a.pid = b.pid`,
      [[...this.sessions.keys()]],
    );
    const tooLong = new Set<number>();
    for (const { waiting, seconds, ...holder } of rows) {
      const watched = this.sessions.get(waiting);
      if (watched === undefined) continue;
      if (holder.pid !== null) watched.holder = holder;
      if (watched.signal.aborted || seconds > longestWait) tooLong.add(waiting);
    }
    if (tooLong.size > 0) await this.stop(own, [...tooLong]);
  }

  /** Cancels those that still wait; a session that has got its lock meanwhile continues. */
  private async stop(own: Connection, pids: readonly number[]): Promise<void> {
    for (const pid of pids) {
      const watched = this.sessions.get(pid);
      if (watched !== undefined) watched.stopped = true;
    }
    await own.query(
      `SELECT pg_cancel_backend(w.pid) FROM unnest($1::int[]) AS w(pid)
        WHERE EXISTS (SELECT FROM pg_locks l WHERE l.pid = w.pid AND NOT l.granted)`,
      [pids],
    );
  }

  private cut(): void {
    for (const watched of this.sessions.values()) {
      watched.hung = true;
      watched.connection.cut();
    }
  }
}
