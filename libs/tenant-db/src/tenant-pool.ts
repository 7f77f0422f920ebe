import { sqlState, type ConnectionObserver } from '@helpdeskly/database';
import { DomainError } from '@helpdeskly/errors';
import { inSpan } from '@helpdeskly/telemetry';
import pg from 'pg';
import { ask } from './ask.js';
import type { ConnectionGovernor, GovernedPool } from './connection-governor.js';
import { Carried, ended, TenantDatabaseUnavailable } from './errors.js';
import { PoolMoves } from './pool-moves.js';
import { ShutRole } from './shut-role.js';
import { TenantConnection } from './tenant-connection.js';
import type { TenantPoolOptions } from './tenant-pool-options.js';
import { TextSelect, type TextRow } from './text-select.js';

type Callback = (
  error: Error | undefined,
  connection: pg.PoolClient | undefined,
  done: (release?: Error | boolean) => void,
) => void;

/**
 * How long opening a connection may take, including the check of the tenant's identity, after the longest wait for the permission to open
 * it. So every caller gets a result within 5 s, even from a silent server or pooler.
 */
export const openingMs = 2500;
/** How long it may take when there was no such wait. */
const longestOpeningMs = 4500;
const pausesMs = { full: 50, switch: 15 } as const;
const sweepMs = 30_000;

// pg.Pool declares its getters as properties; omitting them lets a subclass define its own.
type BasePool = Omit<pg.Pool, 'totalCount' | 'idleCount' | 'connect' | 'query' | 'end'>;
const BasePool = pg.Pool as unknown as new (config: pg.PoolConfig) => BasePool;

/**
 * One tenant's connections under the governor. It replaces pg.Pool (which Prisma's adapter requires by class), but
 * opens, lends and closes connections itself: each pg.Pool counts and waits alone, while our limits apply to all pools together.
 * After `end` it refuses: a caller with an old reference gets an error, not a silent reconnect.
 */
export class TenantPool
  extends BasePool
  implements GovernedPool<TenantConnection>, ConnectionObserver<TenantConnection>
{
  readonly tenantId: string;
  max: number;
  opensAfter = 0;
  private readonly idle: TenantConnection[] = [];
  private readonly connections = new Set<TenantConnection>();
  private readonly settings: TenantPoolOptions;
  private readonly sweeper: NodeJS.Timeout;
  private generation = 0;
  private readonly moves = new PoolMoves();
  private retired = false;
  private readonly shut = new ShutRole();
  private finished: Promise<void> | undefined;
  private drained: () => void = () => undefined;

  constructor(
    private readonly governor: ConnectionGovernor,
    settings: TenantPoolOptions,
  ) {
    super({ ...settings.place().client, max: settings.max });
    this.settings = settings;
    this.tenantId = settings.tenantId;
    this.max = settings.max;
    this.sweeper = setInterval(
      () => this.closeLongIdle(),
      Math.max(10, Math.min(settings.idleMs / 4, sweepMs)),
    ).unref();
  }

  get totalCount(): number {
    return this.connections.size;
  }

  get idleCount(): number {
    return this.idle.length;
  }

  /** Lends a connection; its `release` returns it. Its error carries TenantConnectionLimit or TenantDatabaseUnavailable. */
  connect(): Promise<pg.PoolClient>;
  connect(callback: Callback): void;
  connect(callback?: Callback): Promise<pg.PoolClient> | void {
    const lent = this.lend();
    if (callback === undefined) return lent;
    lent.then(
      (connection) => callback(undefined, connection, connection.release),
      (error: unknown) => callback(error as Error, undefined, () => undefined),
    );
  }

  /** Runs one statement on its own connection; repeats it once if what was prepared for it is outdated or gone. */
  query(config: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> {
    return this.ask((connection) => connection.query(config as string, values));
  }

  /** The rows of a statement whose columns are texts; `name` as in TextSelect. Repeated as `query` is. */
  texts(name: string, text: string, values: readonly unknown[]): Promise<readonly TextRow[]> {
    return this.ask(async (connection) => {
      const select = new TextSelect(name, text, values);
      await connection.run(select);
      return select.rows;
    });
  }

  /** Checks whether the longest idle connection, if any, still leads to the right database. Throws if it does not. */
  async check(): Promise<void> {
    const connection = this.idle.shift();
    if (connection === undefined) return;
    try {
      await this.settings.verify(connection, openingMs);
    } catch (error) {
      connection.close();
      throw error;
    }
    if (this.retired || !this.mayServe(connection)) return connection.close();
    this.idle.unshift(connection); // A check is not a use.
    this.governor.released(this);
  }

  /** Sets another limit; connections beyond it are closed when they return. */
  resize(max: number): void {
    const grown = max > this.max;
    this.max = max;
    if (grown) this.governor.grown();
  }

  /** Keeps no idle connection from now on: no new caller will ask for one. */
  retire(): void {
    this.retired = true;
    while (this.idle.length > 0) this.closeIdle();
  }

  /** Refuses from now on, closes idle connections, and resolves when lent ones have returned and are closed too. */
  end(): Promise<void> {
    this.finished ??= new Promise((resolve) => {
      this.drained = resolve;
      clearInterval(this.sweeper);
      this.retire();
      this.governor.refuse(this, ended());
      if (this.connections.size === 0) resolve();
    });
    return this.finished;
  }

  takeIdle(): TenantConnection | undefined {
    let connection = this.idle.pop();
    for (; connection !== undefined && !this.mayServe(connection); connection = this.idle.pop()) connection.close();
    return connection;
  }

  closeIdle(): void {
    this.idle.shift()?.close();
  }

  closing(): void {
    this.governor.closing();
  }

  gone(connection: TenantConnection): void {
    this.connections.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    this.governor.closed(this, connection.closing);
    if (this.connections.size === 0) this.drained();
  }

  /** After a session was ended: whether its role was not let in for a while then, or the database is elsewhere since a moment ago. */
  async isSwitched(): Promise<boolean> {
    const { refusals } = this.shut;
    this.replaceAll();
    (await this.lend()).release();
    return this.shut.refusals > refusals || this.moves.isRecent;
  }

  private ask<T>(statement: (connection: TenantConnection) => Promise<T>): Promise<T> {
    const { count } = this.moves;
    const hasMoved = (withinMs: number) => this.moves.since(count, withinMs);
    return ask(() => this.lend(), statement, { isSwitched: () => this.isSwitched(), hasMoved });
  }

  private async lend(): Promise<TenantConnection> {
    try {
      return this.handOut(await this.take());
    } catch (error) {
      throw error instanceof DomainError ? new Carried(error) : error;
    }
  }

  private async take(): Promise<TenantConnection> {
    const deadline = Date.now() + this.governor.waitMs;
    const arrival = this.governor.arrive();
    for (;;) {
      if (this.finished !== undefined) throw ended();
      const turn =
        this.governor.turn<TenantConnection>(this) ??
        (await inSpan('wait for a connection', {}, () =>
          this.governor.wait<TenantConnection>(this, arrival, deadline).catch((error) => this.shut.explain(error)),
        ));
      if (turn !== 'open') return turn;
      const opened = await inSpan('open a connection', {}, () =>
        this.open(Math.min(deadline + openingMs, Date.now() + longestOpeningMs)),
      );
      if (opened !== undefined) return opened;
    }
  }

  /** Undefined, to try again: PostgreSQL has none free for this role, over all processes, or the pool was renewed meanwhile. */
  private async open(deadline: number): Promise<TenantConnection | undefined> {
    const left = () => Math.max(1, deadline - Date.now());
    const connection = this.begin(left());
    try {
      await connection.connect();
      await this.settings.verify(connection, left());
    } catch (error) {
      connection.close();
      const { breaker } = this.settings;
      const isFull = sqlState(error) === '53300';
      if (isFull)
        breaker.succeeded(); // The server is reachable.
      else if (connection.generation === this.generation && (breaker.open || !this.shut.isPassing(error)))
        throw this.unavailable(error); // Of another generation, it is about another place.
      this.opensAfter = Date.now() + (isFull ? pausesMs.full : pausesMs.switch);
      return undefined;
    }
    this.settings.breaker.succeeded();
    this.shut.opened();
    if (this.finished === undefined && this.mayServe(connection)) return connection;
    const isReplaced = this.finished === undefined && connection.reusable;
    connection.close();
    if (isReplaced) return undefined;
    throw new TenantDatabaseUnavailable(new Error('the connection was lost, or its pool ended, while it was opened'));
  }

  /** Uses the permission to open a connection, or gives it back. */
  private begin(withinMs: number): TenantConnection {
    try {
      if (this.finished !== undefined) throw ended();
      this.settings.breaker.assertMayTry();
    } catch (error) {
      this.governor.closed(this, false);
      throw error;
    }
    const { place, lifeMs } = this.settings;
    const { client, session } = place();
    const connection = new TenantConnection({ ...client, connectionTimeoutMillis: withinMs }, session, lifeMs, this);
    connection.generation = this.generation;
    this.connections.add(connection);
    return connection;
  }

  private unavailable(error: unknown): TenantDatabaseUnavailable {
    this.settings.breaker.failed(error);
    const unavailable = new TenantDatabaseUnavailable(error);
    this.governor.refuse(this, unavailable); // They would only get the same error one after the other.
    if (![...this.connections].some((connection) => connection.stands)) this.settings.onBroken(error);
    return unavailable;
  }

  private handOut(connection: TenantConnection): TenantConnection {
    let out = true;
    connection.release = (reason) => {
      if (!out) return;
      out = false;
      this.takeBack(connection, reason !== undefined && reason !== false);
    };
    return connection;
  }

  private takeBack(connection: TenantConnection, spoiled: boolean): void {
    connection.usedAt = Date.now();
    if (connection.outdated && connection.generation === this.generation) this.replaceAll();
    const tooMany = this.governor.connections(this.tenantId) > this.max;
    if (spoiled || tooMany || this.finished !== undefined || !this.mayServe(connection)) return connection.close();
    this.idle.push(connection);
    this.governor.released(this);
    if (this.retired) this.retire(); // No waiting request wanted it.
  }

  /** The place is another one: whoever waits for a connection gets one there. */
  renew(): void {
    this.moves.add();
    this.replaceAll();
  }

  /** Connections that are open now will not be reused. */
  private replaceAll(): void {
    this.generation++;
    while (this.idle.length > 0) this.closeIdle();
  }

  private mayServe({ reusable, generation }: TenantConnection): boolean {
    return reusable && generation === this.generation;
  }

  private closeLongIdle(): void {
    const oldest = Date.now() - this.settings.idleMs;
    const isOver = ({ usedAt, reusable }: TenantConnection) => usedAt < oldest || !reusable;
    for (let at; (at = this.idle.findIndex(isOver)) >= 0;) this.idle.splice(at, 1)[0]?.close();
  }
}
