import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase } from 'pg';

const channel = 'helpdeskly_rehearsal';
/** How often to look, in milliseconds. */
const intervalMs = 20;

/** Locks that keep others from something; those of plain readers keep nobody but who wants the table alone. */
const locks = `
  FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE l.locktype = 'relation' AND l.granted AND l.mode <> 'AccessShareLock' AND c.relkind IN ('r', 'p', 'm', 'v')
   AND c.relname <> '_prisma_migrations' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

/** For the end of a script's transaction: tells each lock that it holds, and for how long it may have held it. */
export const lockWitness = `
  SELECT pg_notify('${channel}', json_build_array(c.relname, l.mode,
           (extract(epoch FROM clock_timestamp() - transaction_timestamp()) * 1000)::float8)::text)
  ${locks} AND l.pid = pg_backend_pid()`;

/** A lock of a script, and for how long it was held at the longest. */
export interface HeldLock {
  readonly relation: string;
  readonly mode: string;
  readonly heldMs: number;
}

/**
 * Watches which locks a session takes on tables that exist already. A script's transaction tells at its end which ones it holds, so
 * none is missed; since when, is seen by looking again and again.
 */
export class LockWatch {
  private readonly since = new Map<string, number>();
  private readonly held = new Map<string, HeldLock>();
  private lookedAt = performance.now();
  private watching: Promise<void> | undefined;
  private over = false;

  private constructor(
    private readonly client: ClientBase,
    private readonly pid: number,
    private readonly relations: ReadonlySet<string>,
  ) {}

  /** `client` is connected to the same database; `pid` is the session's. */
  static async begin(client: ClientBase, pid: number): Promise<LockWatch> {
    await client.query(`LISTEN ${channel}`);
    const { rows } = await client.query<{ relname: string }>('SELECT relname FROM pg_class');
    const watch = new LockWatch(client, pid, new Set(rows.map(({ relname }) => relname)));
    client.on('notification', ({ payload }) => watch.told(payload ?? ''));
    watch.watching = watch.watch();
    watch.watching.catch(() => undefined); // `end` throws it.
    return watch;
  }

  /** Those seen so far, the longest first. */
  async end(): Promise<readonly HeldLock[]> {
    this.over = true;
    await this.watching;
    await this.look(); // Brings what was told last, and ends what is over.
    return [...this.held.values()].sort((a, b) => b.heldMs - a.heldMs);
  }

  private async watch(): Promise<void> {
    while (!this.over) {
      await this.look();
      await sleep(intervalMs);
    }
  }

  private async look(): Promise<void> {
    const at = performance.now();
    const { rows } = await this.client.query<{ relation: string; mode: string }>(
      `SELECT DISTINCT c.relname AS relation, l.mode ${locks} AND l.pid = $1
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [this.pid],
    );
    const now = new Set(rows.map(({ relation, mode }) => keyOf(relation, mode)));
    for (const key of now) {
      const since = this.since.get(key) ?? this.lookedAt;
      this.since.set(key, since);
      this.note(key, performance.now() - since);
    }
    for (const key of this.since.keys()) if (!now.has(key)) this.since.delete(key);
    this.lookedAt = at;
  }

  private told(payload: string): void {
    const [relation, mode, atMostMs] = JSON.parse(payload) as [string, string, number];
    const key = keyOf(relation, mode);
    this.note(key, Math.min(atMostMs, performance.now() - (this.since.get(key) ?? this.lookedAt)));
    this.since.delete(key);
  }

  private note(key: string, ms: number): void {
    const [relation, mode] = JSON.parse(key) as [string, string];
    if (!this.relations.has(relation)) return;
    const heldMs = Math.max(Math.round(ms), this.held.get(key)?.heldMs ?? 0);
    this.held.set(key, { relation, mode, heldMs });
  }
}

function keyOf(relation: string, mode: string): string {
  return JSON.stringify([relation, mode]);
}
