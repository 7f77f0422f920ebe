import type { Registry } from 'prom-client';
import { TenantConnectionLimit } from './errors.js';
import { GovernorMetrics } from './governor-metrics.js';

export interface GovernorOptions {
  /** Connections of the process to all tenants' databases. */
  readonly maxConnections: number;
  /** Milliseconds to wait for a connection. */
  readonly waitMs: number;
}

/** What the governor asks of a pool. */
export interface GovernedPool<Connection extends object = object> {
  /** Whose connections these are: the pools of one tenant share its limit. */
  readonly tenantId: string;
  readonly max: number;
  readonly idleCount: number;
  /** Milliseconds of the clock before which it opens nothing, because PostgreSQL had no room for its role. */
  readonly opensAfter: number;
  /** Hands out an idle connection. */
  takeIdle(): Connection | undefined;
  /** Closes its longest idle connection. */
  closeIdle(): void;
}

/** An idle connection, or leave to open one: that one is counted already, until `closed` is called. */
export type Turn<Connection> = Connection | 'open';

interface Waiter {
  readonly pool: GovernedPool;
  readonly arrival: number;
  readonly take: (turn: Turn<object>) => void;
  readonly refuse: (error: Error) => void;
}

/** `size` counts connections from the leave to open them until the server has let go of them. */
interface Account {
  size: number;
  waiting: number;
}

/**
 * Deals out connections among all tenants of a process. No tenant has more than its pool's `max`, all of them together
 * no more than `maxConnections`, at any time. Who must wait, waits in order of arrival and no longer than `waitMs`;
 * those whose own tenant is at its limit are passed over.
 *
 * Room is made by closing idle connections, those of the tenants that were quiet longest first. When none is idle, a
 * connection that is given back goes to whoever came first, even to another tenant (it is closed then, and its place is
 * given away), unless that tenant holds as many already: so a busy tenant cannot keep a quiet one waiting, and two busy
 * ones do not take connections from each other in turn.
 *
 * The last quarter of `maxConnections` is for tenants that use none at the moment: some whose statements wait, for a lock or
 * for a disk, cannot take all connections from the others.
 */
export class ConnectionGovernor {
  readonly waitMs: number;
  private readonly maxConnections: number;
  /** In use at the same time at most, before a tenant that uses one already gets another. */
  private readonly shareable: number;
  private readonly accounts = new Map<string, Account>();
  private readonly waiters: Waiter[] = [];
  /** Pools with idle connections, those that were quiet longest first. May hold pools that have none any more. */
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

  /** Open, opening and closing connections of all pools, or of one tenant's. */
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

  /** What a pool may do at once: nothing while others of its tenant wait. */
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

  /** Turns away everybody who waits for this pool. */
  refuse(pool: GovernedPool, error: Error): void {
    for (const waiter of this.waiters.filter((other) => other.pool === pool)) {
      this.dequeue(waiter);
      waiter.refuse(error);
    }
  }

  /** A connection of this pool lies idle now. */
  released(pool: GovernedPool): void {
    this.idlers.delete(pool);
    this.idlers.add(pool);
    this.deal();
  }

  /** A pool's limit was raised. */
  grown(): void {
    this.deal();
  }

  /** A connection is being closed: its place will be free. */
  closing(): void {
    this.closings++;
  }

  /** A connection is gone, or could not be opened. `announced` when `closing` was called for it. */
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
    if (this.total < this.shareable) return false; // Counting what is in use costs more.
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
      else if (!this.isBeyondItsShare(pool) && this.accountOf(pool).size < pool.max && ++claims > this.closings)
        this.makeRoomFor(pool);
    }
  }

  /** Closing takes a moment; `closed` deals again. */
  private makeRoomFor(claimant: GovernedPool): void {
    const own = this.accountOf(claimant).size;
    for (const pool of this.idlers) {
      if (pool.idleCount === 0) {
        this.idlers.delete(pool);
        continue;
      }
      const { size, waiting } = this.accountOf(pool);
      if (waiting > 0 && own > 0 && own + 1 >= size) continue;
      return pool.closeIdle();
    }
  }

  private expire(waiter: Waiter): void {
    this.dequeue(waiter);
    this.metrics?.refused();
    waiter.refuse(new TenantConnectionLimit());
  }

  /** Who had to try again keeps its place. */
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
