import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { TenantConnectionLimit } from './errors.js';

export interface GovernorOptions {
  /** Connections of the process to all tenants' databases. */
  readonly maxConnections: number;
  /** Milliseconds to wait for a connection. */
  readonly waitMs: number;
}

/** What the governor asks of a pool. Connections count from the first attempt to open them until they are closed. */
export interface GovernedPool {
  readonly max: number;
  /** Open, opening and closing connections. */
  readonly size: number;
  readonly idleCount: number;
  /** When a connection was last given back, in milliseconds. */
  readonly lastUsedAt: number;
  /** Closes its longest idle connection. */
  closeIdle(): void;
}

/** What a waiter may do: take an idle connection of its pool, or open one (which is counted already). */
export type Grant = 'idle' | 'open';

interface Waiter {
  readonly pool: GovernedPool;
  readonly grant: (grant: Grant) => void;
  notBefore: number;
}

/**
 * Deals out connections among all tenants of a process. No pool has more than its `max`, all of them together no more
 * than `maxConnections`. Who must wait, waits in order of arrival (those whose own tenant is at its limit are passed
 * over) and no longer than `waitMs`. Room is made by closing idle connections of the tenants that were quiet longest.
 */
export class ConnectionGovernor {
  readonly waitMs: number;
  private readonly pools = new Set<GovernedPool>();
  private waiters: Waiter[] = [];
  private total = 0;
  private retry: NodeJS.Timeout | undefined;
  private waited: Histogram | undefined;
  private refused: Counter | undefined;

  constructor(private readonly options: GovernorOptions) {
    this.waitMs = options.waitMs;
  }

  /** Open, opening and closing connections of all pools. */
  get connections(): number {
    return this.total;
  }

  get waiting(): number {
    return this.waiters.length;
  }

  add(pool: GovernedPool): void {
    this.pools.add(pool);
  }

  remove(pool: GovernedPool): void {
    this.pools.delete(pool);
  }

  /** Whether a pool may take or open a connection at once. Counts one that is opened. */
  tryAcquire(pool: GovernedPool): Grant | undefined {
    return this.waiters.some((waiter) => waiter.pool === pool) ? undefined : this.decide(pool);
  }

  /** Waits for its turn. Throws TenantConnectionLimit at the deadline (milliseconds of the clock). */
  acquire(pool: GovernedPool, deadline: number, notBefore = 0): Promise<Grant> {
    const since = Date.now();
    return new Promise<Grant>((resolve, reject) => {
      const waiter: Waiter = {
        pool,
        notBefore,
        grant: (grant) => {
          clearTimeout(timer);
          this.waited?.observe((Date.now() - since) / 1000);
          resolve(grant);
        },
      };
      const timer = setTimeout(
        () => {
          this.waiters = this.waiters.filter((other) => other !== waiter);
          this.refused?.inc();
          reject(new TenantConnectionLimit());
        },
        Math.max(0, deadline - since),
      );
      this.waiters.push(waiter);
      this.deal();
    });
  }

  /** A connection was given back and lies idle. */
  released(): void {
    if (this.waiters.length > 0) this.deal();
  }

  /** A connection is closed, or could not be opened. */
  closed(): void {
    this.total--;
    if (this.waiters.length > 0) this.deal();
  }

  register(registry: Registry): void {
    const governor = this;
    new Gauge({ name: 'helpdeskly_tenant_connections', help: 'Connections to tenants\' databases', registers: [registry], collect() {
      this.set(governor.total);
    } });
    new Gauge({ name: 'helpdeskly_tenant_connections_max', help: 'The limit of helpdeskly_tenant_connections', registers: [registry] }).set(this.options.maxConnections);
    new Gauge({ name: 'helpdeskly_tenant_connections_idle', help: 'Connections to tenants\' databases that nobody uses', registers: [registry], collect() {
      this.set([...governor.pools].reduce((sum, pool) => sum + pool.idleCount, 0));
    } });
    new Gauge({ name: 'helpdeskly_tenant_connection_waiters', help: 'Requests that wait for a connection', registers: [registry], collect() {
      this.set(governor.waiters.length);
    } });
    this.waited = new Histogram({ name: 'helpdeskly_tenant_connection_wait_seconds', help: 'How long those that had to wait for a connection waited', buckets: [0.001, 0.01, 0.05, 0.1, 0.5, 1, 2, 5], registers: [registry] });
    this.refused = new Counter({ name: 'helpdeskly_tenant_connection_refusals_total', help: 'Requests that waited for a connection in vain', registers: [registry] });
  }

  private decide(pool: GovernedPool): Grant | undefined {
    if (pool.idleCount > 0) return 'idle';
    if (pool.size >= pool.max || this.total >= this.options.maxConnections) return undefined;
    this.total++;
    return 'open';
  }

  private deal(): void {
    const now = Date.now();
    const passedOver = new Set<GovernedPool>();
    let wanting = 0;
    let soonest = Number.POSITIVE_INFINITY;
    for (const waiter of [...this.waiters]) {
      if (passedOver.has(waiter.pool)) continue;
      if (waiter.notBefore > now && waiter.pool.idleCount === 0) {
        soonest = Math.min(soonest, waiter.notBefore);
        passedOver.add(waiter.pool);
        continue;
      }
      const grant = this.decide(waiter.pool);
      if (grant === undefined) {
        passedOver.add(waiter.pool);
        if (waiter.pool.size < waiter.pool.max) wanting++;
        continue;
      }
      this.waiters.splice(this.waiters.indexOf(waiter), 1);
      waiter.grant(grant);
    }
    if (wanting > 0) this.makeRoom(wanting);
    if (soonest < Number.POSITIVE_INFINITY) this.dealAgainAt(soonest);
  }

  /** Closing takes a moment; `closed` deals again. */
  private makeRoom(count: number): void {
    const quiet = [...this.pools].filter((pool) => pool.idleCount > 0).sort((a, b) => a.lastUsedAt - b.lastUsedAt);
    for (const pool of quiet.slice(0, count)) pool.closeIdle();
  }

  private dealAgainAt(time: number): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.deal(), Math.max(1, time - Date.now()));
  }
}
