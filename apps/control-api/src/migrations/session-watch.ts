import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@helpdeskly/database';
import { holderColumns, type Holder } from '@helpdeskly/migrator';
import type { TenantServer } from '../database-servers/tenant-server.js';

const intervalMs = 500;
/** So many questions in a row that a server leaves unanswered, each for some seconds, and it hangs. */
const patience = 2;

/** One session that migrates, while it is watched. */
export interface WatchedSession {
  /** Who kept it waiting when that was last seen. */
  readonly holder: Holder | undefined;
  /** Whether it was cut off because its server no longer answers anybody. */
  readonly hung: boolean;
  end(): void;
}

interface Watched {
  readonly connection: Connection;
  holder: Holder | undefined;
  hung: boolean;
}

/**
 * Asks a server, by a connection of its own, what its migrating sessions wait for: a session that gave up can no longer
 * tell. Cuts them off when the server answers nothing any more, for they would wait for ever.
 */
export class SessionWatch {
  private readonly sessions = new Map<number, Watched>();
  private watching: Promise<void> | undefined;

  constructor(private readonly server: TenantServer) {}

  watch(connection: Connection): WatchedSession {
    const pid = (connection as unknown as { processID: number }).processID;
    const watched: Watched = { connection, holder: undefined, hung: false };
    this.sessions.set(pid, watched);
    this.watching ??= this.look().finally(() => (this.watching = undefined));
    return {
      get holder() {
        return watched.holder;
      },
      get hung() {
        return watched.hung;
      },
      end: () => this.sessions.delete(pid),
    };
  }

  private async look(): Promise<void> {
    for (let unanswered = 0; this.sessions.size > 0;) {
      await sleep(intervalMs, undefined, { ref: false });
      if (this.sessions.size === 0) return;
      try {
        await this.ask();
        unanswered = 0;
      } catch {
        unanswered++;
        if (unanswered === patience) this.cut();
      }
    }
  }

  private async ask(): Promise<void> {
    const { rows } = await this.server.brief.query<Holder & { waiting: number }>(
      `SELECT w.pid AS "waiting", ${holderColumns}
         FROM unnest($1::int[]) AS w(pid)
        CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS b(pid)
         JOIN pg_stat_activity a ON a.pid = b.pid`,
      [[...this.sessions.keys()]],
    );
    for (const { waiting, ...holder } of rows) {
      const watched = this.sessions.get(waiting);
      if (watched !== undefined) watched.holder = holder;
    }
  }

  private cut(): void {
    for (const watched of this.sessions.values()) {
      watched.hung = true;
      watched.connection.cut();
    }
  }
}
