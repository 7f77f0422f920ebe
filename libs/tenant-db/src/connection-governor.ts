import type { Registry } from 'prom-client';
import { TenantConnectionLimit } from './errors.js';
import { GovernorMetrics } from './governor-metrics.js';

export interface GovernorOptions {
  /** The process's limit of connections to all tenants' databases. */
  readonly maxConnections: number;
  /** Milliseconds to wait for a connection. */
  readonly waitMs: number;
}

/** What the governor needs of a pool. */
export interface GovernedPool<Connection extends object = object> {
  /** The connections' tenant: the pools of one tenant share its limit. */
  readonly tenantId: string;
  readonly max: number;
  readonly idleCount: number;
  /** Until this time (milliseconds of the clock) the pool opens nothing, because PostgreSQL had no free connection for its role. */
  readonly opensAfter: number;
  /** Hands out an idle connection. */
  takeIdle(): Connection | undefined;
  /** Closes its longest idle connection. */
  closeIdle(): void;
}

/** An idle connection, or the permission to open one. The governor counts the latter already, until `closed` is called. */
export type Turn<Connection> = Connection | 'open';

interface Waiter {
  readonly pool: GovernedPool;
  readonly arrival: number;
  readonly take: (turn: Turn<object>) => void;
  readonly refuse: (error: Error) => void;
}

/** `size` counts connections from the permission to open them until the server has closed them. */
interface Account {
  size: number;
  waiting: number;
}

/**
 * Distributes connections among all tenants of a process. A tenant never has more than its pool's `max`, and all tenants together
 * never more than `maxConnections`. Requests wait in order of arrival, at most `waitMs`; the governor
 * skips requests whose tenant is at its own limit.
 *
 * To make room, it closes idle connections, those of the least active tenants first. When none is idle, a returned
 * connection goes to the longest waiting request, even of another tenant (the governor then closes it and gives its place
 * away), unless that request's tenant already holds as many. So a busy tenant cannot keep a quiet one waiting, and two busy
 * ones do not take connections from each other in turn.
 *
 * The last quarter of `maxConnections` is for tenants that use none at the moment: tenants whose statements wait for a lock or
 * for a disk cannot take all connections.
 */
export class ConnectionGovernor {
  readonly waitMs: number;
  private readonly maxConnections: number;
  /** While this many are in use, a tenant that already uses one gets no other. */
  private readonly shareable: number;
  private readonly accounts = new Map<string, Account>();
  private readonly waiters: Waiter[] = [];
  /** Pools with idle connections, least active first. May contain pools that have none any more. */
  private readonly idlers = new Set<GovernedPool>();
  private total = 0;
  private closings = 0;
  private arrivals = 0;
  private retry: { readonly at: number; readonly timer: NodeJS.Timeout } | undefined;
  private metrics: GovernorMetrics | undefined;

  constructor({ maxConnections, waitMs }: GovernorOptions) {
    this.maxConnections = maxConnections;
    this.shareable = maxConnections - Math.floor(maxConnections / 4);
    this.waitMs = waitMs;
  }

  /** Open, opening and closing connections, of all pools or of one tenant. */
  connections(tenantId?: string): number {
    return tenantId === undefined ? this.total : (this.accounts.get(tenantId)?.size ?? 0);
  }

  get idle(): number {
    let sum = 0;
    for (const pool of this.idlers) sum += pool.idleCount;
    return sum;
  }

  get waiting(): number {
    return this.waiters.length;
  }

  /** A place in the order of arrival. */
  arrive(): number {
    return this.arrivals++;
  }

  /** What a pool may do at once: nothing while other requests of its tenant wait. */
  turn<Connection extends object>(pool: GovernedPool<Connection>): Turn<Connection> | undefined {
    const account = this.accounts.get(pool.tenantId);
    return account !== undefined && account.waiting > 0 ? undefined : this.serve(pool);
  }

  /** Waits for its turn. Throws TenantConnectionLimit at the deadline (milliseconds of the clock). */
  wait<Connection extends object>(
    pool: GovernedPool<Connection>,
    arrival: number,
    deadline: number,
  ): Promise<Turn<Connection>> {
    const since = Date.now();
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.metrics?.waited((Date.now() - since) / 1000);
      };
      const waiter: Waiter = {
        pool,
        arrival,
        take: (turn) => {
          settle();
          resolve(turn as Turn<Connection>);
        },
        refuse: (error) => {
          settle();
          reject(error);
        },
      };
      const timer = setTimeout(() => this.expire(waiter), Math.max(0, deadline - since));
      this.enqueue(waiter);
      this.deal();
    });
  }

  /** Rejects all requests that wait for this pool. */
  refuse(pool: GovernedPool, error: Error): void {
    for (const waiter of this.waiters.filter((other) => other.pool === pool)) {
      this.dequeue(waiter);
      waiter.refuse(error);
    }
  }

  /** A connection of this pool is idle now. */
  released(pool: GovernedPool): void {
    this.idlers.delete(pool);
    this.idlers.add(pool);
    this.deal();
  }

  /** A pool's limit was raised. */
  grown(): void {
    this.deal();
  }

  /** A connection is closing: its place will be free. */
  closing(): void {
    this.closings++;
  }

  /** A connection is closed, or could not be opened. `announced` if `closing` was called for it. */
  closed(pool: GovernedPool, announced: boolean): void {
    if (announced) this.closings--;
    this.total--;
    const account = this.accountOf(pool);
    account.size--;
    this.forget(pool.tenantId, account);
    if (pool.idleCount === 0) this.idlers.delete(pool);
    this.deal();
  }

  register(registry: Registry): void {
    this.metrics = new GovernorMetrics(this, this.maxConnections, registry);
  }

  private serve<Connection extends object>(pool: GovernedPool<Connection>): Turn<Connection> | undefined {
    if (this.isBeyondItsShare(pool)) return undefined;
    const idle = pool.takeIdle();
    if (idle !== undefined) return idle;
    if (this.total >= this.maxConnections || pool.opensAfter > Date.now()) return undefined;
    const account = this.accountOf(pool);
    if (account.size >= pool.max) return undefined;
    account.size++;
    this.total++;
    return 'open';
  }

  private isBeyondItsShare(pool: GovernedPool): boolean {
    if (this.total < this.shareable) return false; // Counting the used ones costs more.
    const size = this.accounts.get(pool.tenantId)?.size ?? 0;
    return size > pool.idleCount && this.total - this.closings - this.idle >= this.shareable;
  }

  private deal(): void {
    if (this.waiters.length === 0) return;
    const passedOver = new Set<GovernedPool>();
    let claims = 0;
    for (const waiter of [...this.waiters]) {
      const { pool } = waiter;
      if (passedOver.has(pool)) continue;
      const turn = this.serve(pool);
      if (turn !== undefined) {
        this.dequeue(waiter);
        waiter.take(turn);
        continue;
      }
      passedOver.add(pool);
      if (pool.opensAfter > Date.now()) this.dealAgainAt(pool.opensAfter);
      else if (!this.isBeyondItsShare(pool) && this.canGetRoom(pool) && ++claims > this.closings)
        this.makeRoomFor(pool);
    }
  }

  /** A tenant at its own limit may have an idle connection in another of its pools: the one that its database was left by, or the next. */
  private canGetRoom(claimant: GovernedPool): boolean {
    if (this.accountOf(claimant).size < claimant.max) return true;
    for (const pool of this.idlers) if (pool.tenantId === claimant.tenantId && pool.idleCount > 0) return true;
    return false;
  }

  /** Closing takes a moment; `closed` then continues to deal. */
  private makeRoomFor(claimant: GovernedPool): void {
    const own = this.accountOf(claimant).size;
    const isFull = own >= claimant.max;
    for (const pool of this.idlers) {
      if (isFull && pool.tenantId !== claimant.tenantId) continue;
      if (pool.idleCount === 0) {
        this.idlers.delete(pool);
        continue;
      }
      const { size, waiting } = this.accountOf(pool);
      if (!isFull && waiting > 0 && own > 0 && own + 1 >= size) continue;
      return pool.closeIdle();
    }
  }

  private expire(waiter: Waiter): void {
    this.dequeue(waiter);
    this.metrics?.refused();
    waiter.refuse(new TenantConnectionLimit());
  }

  /** A waiter that must try again keeps its place. */
  private enqueue(waiter: Waiter): void {
    let at = this.waiters.length;
    while (at > 0 && (this.waiters[at - 1]?.arrival ?? 0) > waiter.arrival) at--;
    this.waiters.splice(at, 0, waiter);
    this.accountOf(waiter.pool).waiting++;
  }

  private dequeue(waiter: Waiter): void {
    this.waiters.splice(this.waiters.indexOf(waiter), 1);
    const account = this.accountOf(waiter.pool);
    account.waiting--;
    this.forget(waiter.pool.tenantId, account);
  }

  private accountOf({ tenantId }: GovernedPool): Account {
    let account = this.accounts.get(tenantId);
    if (account === undefined) this.accounts.set(tenantId, (account = { size: 0, waiting: 0 }));
    return account;
  }

  private forget(tenantId: string, { size, waiting }: Account): void {
    if (size === 0 && waiting === 0) this.accounts.delete(tenantId);
  }

  private dealAgainAt(at: number): void {
    if (this.retry !== undefined && this.retry.at <= at) return;
    clearTimeout(this.retry?.timer);
    const again = () => {
      this.retry = undefined;
      this.deal();
    };
    this.retry = { at, timer: setTimeout(again, Math.max(1, at - Date.now())) };
  }
}
