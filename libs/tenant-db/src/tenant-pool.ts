import { isConnectionFailure, sqlState } from '@helpdeskly/database';
import pg from 'pg';
import type { ConnectionGovernor, GovernedPool, Grant } from './connection-governor.js';
import { TenantConnectionLimit, TenantDatabaseUnavailable } from './errors.js';

export interface TenantPoolOptions extends pg.ClientConfig {
  readonly max: number;
  /** Milliseconds after which an idle connection is closed. */
  readonly idleMs: number;
}

type PooledClient = pg.PoolClient & { usedAt: number; broken: boolean };
type Callback = (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: Error | boolean) => void) => void;

const retryFullRoleMs = 50;
const breakerMs = 1000;
const slowestOpenMs = 3000;

// pg.Pool declares as properties what it has as getters; without them TypeScript lets a subclass define its own.
type BasePool = Omit<pg.Pool, 'totalCount' | 'idleCount' | 'connect' | 'query' | 'end'>;
const BasePool = pg.Pool as unknown as new (config: pg.PoolConfig) => BasePool;

/**
 * One tenant's connections under the governor. It stands in for pg.Pool (which Prisma's adapter asks for by class), but
 * opens, lends and closes connections itself: pg.Pool counts and waits for each pool alone, where our limits hold over all.
 *
 * After `end` it refuses: a stale holder fails instead of reconnecting behind our back.
 */
export class TenantPool extends BasePool implements GovernedPool {
  readonly max: number;
  lastUsedAt = Date.now();
  private readonly idle: PooledClient[] = [];
  private readonly lent = new Set<PooledClient>();
  private readonly idleMs: number;
  private readonly clientConfig: pg.ClientConfig;
  private count = 0;
  private finished = false;
  private drained: (() => void) | undefined;
  private failure: { readonly until: number; readonly error: unknown } | undefined;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly governor: ConnectionGovernor,
    options: TenantPoolOptions,
  ) {
    const { max, idleMs, ...clientConfig } = options;
    super({ ...clientConfig, max });
    this.max = max;
    this.idleMs = idleMs;
    this.clientConfig = { ...clientConfig, connectionTimeoutMillis: Math.min(clientConfig.connectionTimeoutMillis ?? slowestOpenMs, slowestOpenMs) };
    governor.add(this);
  }

  get size(): number {
    return this.count;
  }

  get totalCount(): number {
    return this.count;
  }

  get idleCount(): number {
    return this.idle.length;
  }

  connect(): Promise<pg.PoolClient>;
  connect(callback: Callback): void;
  connect(callback?: Callback): Promise<pg.PoolClient> | void {
    const lent = this.lend();
    if (callback === undefined) return lent;
    lent.then(
      (client) => callback(undefined, client, (release) => client.release(release)),
      (error: unknown) => callback(error as Error, undefined, () => undefined),
    );
  }

  /** Runs one statement on a connection of its own. */
  async query(config: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> {
    const client = await this.lend();
    let failure: Error | undefined;
    try {
      return await client.query(config as string, values);
    } catch (error) {
      // After a connection's failure, or while its statement may still run, it must not serve another.
      if (isConnectionFailure(error)) failure = error as Error;
      throw error;
    } finally {
      client.release(failure);
    }
  }

  /** Refuses from now on, closes what is idle, and resolves when what is lent has come back and is closed too. */
  async end(): Promise<void> {
    if (!this.finished) {
      this.finished = true;
      clearInterval(this.sweeper);
      this.governor.remove(this);
      while (this.idle.length > 0) this.closeIdle();
    }
    if (this.count > 0) await new Promise<void>((resolve) => (this.drained = chain(this.drained, resolve)));
  }

  closeIdle(): void {
    const client = this.idle.shift();
    if (client !== undefined) this.close(client);
  }

  /** Sockets are cut where they are; for a shutdown that is out of patience. */
  destroy(): void {
    for (const client of this.lent) (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }

  private async lend(): Promise<pg.PoolClient> {
    const deadline = Date.now() + this.governor.waitMs;
    let notBefore = 0;
    for (;;) {
      this.assertOpen();
      const grant: Grant = (notBefore === 0 ? this.governor.tryAcquire(this) : undefined) ?? (await this.governor.acquire(this, deadline, notBefore));
      if (grant === 'idle') {
        const client = this.idle.pop();
        if (client === undefined) continue; // Its connection broke between the grant and now.
        return this.handOut(client);
      }
      try {
        return this.handOut(await this.open());
      } catch (error) {
        if (sqlState(error) !== '53300') throw error;
        // PostgreSQL's limit for this role holds over all processes: another one's connection may be closed soon.
        if (Date.now() + retryFullRoleMs >= deadline) throw new TenantConnectionLimit();
        notBefore = Date.now() + retryFullRoleMs;
      }
    }
  }

  private assertOpen(): void {
    if (this.finished) throw new TenantDatabaseUnavailable(new Error('this pool has ended'));
    if (this.failure !== undefined && this.failure.until > Date.now() && this.idle.length === 0) throw new TenantDatabaseUnavailable(this.failure.error);
  }

  private async open(): Promise<PooledClient> {
    this.count++;
    const client = new pg.Client(this.clientConfig) as unknown as PooledClient;
    client.broken = false;
    let open = false;
    let ended = false;
    const broke = () => {
      client.broken = true;
      const at = this.idle.indexOf(client);
      if (at >= 0) this.idle.splice(at, 1);
    };
    client.on('error', broke); // 'end' follows.
    client.once('end', () => {
      broke();
      ended = true;
      if (open) this.gone();
    });
    try {
      await client.connect();
      open = true;
      if (client.broken || this.finished) {
        if (ended) this.gone();
        else this.close(client);
        throw new TenantDatabaseUnavailable(new Error('the connection was lost while it was opened'));
      }
      this.failure = undefined;
      this.sweeper ??= setInterval(() => this.sweep(), Math.max(10, this.idleMs / 2)).unref();
      return client;
    } catch (error) {
      if (!open) {
        client.end().catch(() => undefined); // It never stood.
        this.gone();
      }
      if (error instanceof TenantDatabaseUnavailable || sqlState(error) === '53300') throw error;
      this.failure = { until: Date.now() + breakerMs, error };
      throw new TenantDatabaseUnavailable(error);
    }
  }

  private handOut(client: PooledClient): PooledClient {
    this.lent.add(client);
    let out = true;
    client.release = (reason?: Error | boolean) => {
      if (!out) return;
      out = false;
      this.lent.delete(client);
      this.takeBack(client, reason !== undefined && reason !== false);
    };
    return client;
  }

  private takeBack(client: PooledClient, destroy: boolean): void {
    this.lastUsedAt = client.usedAt = Date.now();
    const ready = (client as unknown as { readyForQuery?: boolean; activeQuery?: unknown; _activeQuery?: unknown }).readyForQuery !== false;
    if (destroy || client.broken || !ready || this.finished) this.close(client, destroy || !ready);
    else {
      this.idle.push(client);
      this.governor.released();
    }
  }

  private close(client: PooledClient, abruptly = false): void {
    if (abruptly) (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    client.end().catch(() => undefined); // 'end' is emitted either way, and counted there.
  }

  private sweep(): void {
    const oldest = Date.now() - this.idleMs;
    while (this.idle[0] !== undefined && this.idle[0].usedAt < oldest) this.closeIdle();
  }

  private gone(): void {
    this.count--;
    this.governor.closed();
    if (this.finished && this.count === 0) this.drained?.();
  }
}

function chain(first: (() => void) | undefined, then: () => void): () => void {
  return () => {
    first?.();
    then();
  };
}
