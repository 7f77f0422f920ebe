import { ConnectionPool, endingAfter, isConnectionFailure, poolLoad, type PoolLoad } from '@helpdeskly/database';
import { inSpan } from '@helpdeskly/telemetry';
import type pg from 'pg';
import type { Registry } from 'prom-client';
import { CatalogMetrics } from './catalog-metrics.js';
import type { CatalogTenant } from './catalog-tenant.js';
import { ChannelListener } from './channel-listener.js';
import { CatalogUnavailable } from './errors.js';
import { KnownTenants } from './known-tenants.js';
import { keysInUse, type KeyInUse } from './sealed-columns.js';
import { selectTenants } from './tenant-catalog.queries.js';
import { encodeDays, type TenantDayUsage } from './tenant-usage.js';
import { wasCutOff } from './was-cut-off.js';

export interface CatalogOptions {
  /** How many tenants to cache. */
  readonly maxEntries?: number;
  /** How many unknown slugs to cache. */
  readonly maxUnknown?: number;
  /** Milliseconds after which an entry is read again even without a notification. */
  readonly entryTtlMs?: number;
  /** Milliseconds for which known tenants are served while the catalog cannot be reached. */
  readonly staleMs?: number;
  /** The names of the migrations that this build was made for. Without it the build serves whatever a tenant has. */
  readonly requiredMigrations?: readonly string[];
  /** Milliseconds of a monotonic clock; the default is performance.now(). */
  readonly clock?: () => number;
}

/** How often one lookup tries an unreachable catalog again; other lookups do not wait for it. */
const probeMs = 250;

/**
 * Finds tenants by slug, in memory. PostgreSQL notifies of each change in the change's own transaction. While the listening
 * connection is down, every lookup reads the catalog; while the catalog cannot be reached, known tenants are served for `staleMs`.
 */
export class TenantCatalog {
  private readonly known: KnownTenants;
  private readonly listener: ChannelListener;
  private readonly pool: ConnectionPool;
  private readonly metrics = new CatalogMetrics();
  private readonly reads = new Map<string, Promise<CatalogTenant | undefined>>();
  private readonly changeListeners: ((slug: string | undefined) => void)[] = [];
  private readonly keyListeners: (() => void)[] = [];
  private readonly staleMs: number;
  private readonly required: readonly string[] | null;
  private readonly clock: () => number;
  private outage: { readonly error: unknown; probeAt: number } | undefined;

  constructor(url: string, options: CatalogOptions = {}) {
    this.clock = options.clock ?? (() => performance.now());
    this.staleMs = options.staleMs ?? 30_000;
    this.required = options.requiredMigrations ?? null;
    this.known = new KnownTenants({
      maxTenants: options.maxEntries ?? 20_000,
      maxUnknown: options.maxUnknown ?? 5000,
      ttlMs: options.entryTtlMs ?? 30_000,
    });
    this.pool = new ConnectionPool({
      connectionString: url,
      max: 4,
      connectionTimeoutMillis: 1500,
      ...endingAfter(2500),
      options: '-c timezone=UTC',
      application_name: 'helpdeskly-catalog',
    });
    const events = {
      listening: () => this.flush(),
      deaf: (heardAt: number) => this.known.goDeaf(heardAt),
      notified: (payload: string) => this.notified(payload),
    };
    this.listener = new ChannelListener(url, 'helpdeskly_catalog', events, this.clock);
  }

  /** Begins to listen for changes. Resolves when the first connection listens, or has failed and is being retried. */
  start(): Promise<void> {
    return this.listener.start();
  }

  async close(): Promise<void> {
    await this.listener.close();
    await this.pool.end();
  }

  /** What the cache knows of a slug, without waiting: a tenant, null if there is none, undefined if the catalog must be asked. */
  peek(slug: string): CatalogTenant | null | undefined {
    const known = this.known.current(slug, this.clock());
    if (known !== undefined) this.metrics.hits++;
    return known;
  }

  /** The tenant of a slug, or undefined. Throws CatalogUnavailable. */
  async find(slug: string): Promise<CatalogTenant | undefined> {
    const known = this.peek(slug);
    if (known !== undefined) return known ?? undefined;
    this.metrics.misses++;
    try {
      return await inSpan(
        'find the tenant',
        { 'helpdeskly.tenant': slug },
        () => this.reads.get(slug) ?? this.read(slug),
      );
    } catch (error) {
      if (isConnectionFailure(error)) return this.serveStale(slug, error);
      throw error;
    }
  }

  /** Calls `listener` with the slug that changed, or with undefined if any may have changed. `listener` must not throw. */
  onChange(listener: (slug: string | undefined) => void): void {
    this.changeListeners.push(listener);
  }

  onSigningKeysChange(listener: () => void): void {
    this.keyListeners.push(listener);
  }

  /** Current tenants that match a condition on `t`, whose values begin at $2. Throws CatalogUnavailable. */
  tenants(condition: string, values: readonly unknown[]): Promise<CatalogTenant[]> {
    return this.query<CatalogTenant>(`${selectTenants} ${condition}`, [this.required, ...values]);
  }

  /** The current tenant, or undefined. Throws CatalogUnavailable. */
  async byId(tenantId: string): Promise<CatalogTenant | undefined> {
    const [tenant] = await this.tenants('WHERE t."id" = $2', [tenantId]);
    return tenant;
  }

  /** The next `limit` ACTIVE tenants after this one, in the order of their ids. Throws CatalogUnavailable. */
  activeAfter(tenantId: string | null, limit: number): Promise<CatalogTenant[]> {
    return this.tenants(`WHERE t."status" = 'ACTIVE' AND ($2::uuid IS NULL OR t."id" > $2) ORDER BY t."id" LIMIT $3`, [
      tenantId,
      limit,
    ]);
  }

  /** Which of these tenants exist. Throws CatalogUnavailable. */
  async existing(tenantIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.query<{ id: string }>(
      `SELECT "id"::text AS "id" FROM "catalog"."tenant" WHERE "id" = ANY($1::uuid[])`,
      [tenantIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** A tenant's name, or undefined. Throws CatalogUnavailable. */
  nameOf(tenantId: string): Promise<string | undefined> {
    return this.valueOf('SELECT "name" AS "value" FROM "catalog"."tenant_name" WHERE "id" = $1', tenantId);
  }

  /** A tenant's encrypted data key, or undefined if it has none yet. Throws CatalogUnavailable. */
  dataKeyOf(tenantId: string): Promise<string | undefined> {
    return this.valueOf('SELECT "dataKeySecret" AS "value" FROM "catalog"."tenant_data_key" WHERE "id" = $1', tenantId);
  }

  /** The encryption keys of the secrets in the catalog. Throws CatalogUnavailable. */
  keysInUse(): Promise<KeyInUse[]> {
    return this.query<KeyInUse>(keysInUse('catalog'));
  }

  /** Sends a notification on `channel`. Throws CatalogUnavailable. */
  async notify(channel: string, payload: string): Promise<void> {
    await this.query('SELECT pg_notify($1, $2)', [channel, payload]);
  }

  /** Adds what tenants have used. A repeated report counts once; a reporter's sequences ascend. Throws CatalogUnavailable. */
  async reportUsage(reporter: string, sequence: number, days: readonly TenantDayUsage[]): Promise<void> {
    await this.query('SELECT "catalog"."report_usage"($1, $2, $3)', [reporter, sequence, encodeDays(days)]);
  }

  /** The installation's name, which distinguishes its objects from another's; undefined until the control API has set it. */
  async installationKey(): Promise<string | undefined> {
    const [installation] = await this.query<{ key: string }>('SELECT "key" FROM "catalog"."installation"');
    return installation?.key;
  }

  /** Reads as the catalog's role. Throws CatalogUnavailable. */
  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    try {
      return await this.ask<Row>(sql, values);
    } catch (error) {
      if (isConnectionFailure(error)) throw new CatalogUnavailable(error);
      throw error;
    }
  }

  /** Throws CatalogUnavailable when the catalog cannot be reached. */
  async check(): Promise<void> {
    await this.query('SELECT 1');
  }

  /** Whether notifications arrive now. */
  get listening(): boolean {
    return this.listener.listening;
  }

  /** The load of the pool that lookups use; the listening connection is separate. */
  get load(): PoolLoad {
    return poolLoad(this.pool);
  }

  register(registry: Registry): void {
    this.metrics.register(registry, { listening: () => this.listening, entries: () => this.known.size });
  }

  /** Lookups of one slug share one read. A notification removes the slug from `reads`, because the read may have seen an older state. */
  private read(slug: string): Promise<CatalogTenant | undefined> {
    const readAt = this.clock();
    const reading: Promise<CatalogTenant | undefined> = this.ask<CatalogTenant>(
      `${selectTenants} WHERE t."slug" = $2`,
      [this.required, slug],
    )
      .then(([row]) => {
        const tenant = row && Object.freeze(row);
        if (this.reads.get(slug) === reading) this.known.remember(slug, tenant, readAt);
        return tenant;
      })
      .finally(() => {
        if (this.reads.get(slug) === reading) this.reads.delete(slug);
      });
    this.reads.set(slug, reading);
    return reading;
  }

  /** While the catalog cannot be reached, one query at a time tries it, and the others fail without waiting. */
  private async ask<Row extends pg.QueryResultRow>(sql: string, values: unknown[]): Promise<Row[]> {
    if (this.outage !== undefined) {
      if (this.clock() < this.outage.probeAt) throw this.outage.error;
      this.outage.probeAt = Number.POSITIVE_INFINITY; // Until this query has ended.
    }
    try {
      const rows = await this.askTwice<Row>(sql, values);
      this.outage = undefined;
      return rows;
    } catch (error) {
      this.outage = isConnectionFailure(error) ? { error, probeAt: this.clock() + probeMs } : undefined;
      throw error;
    }
  }

  /** A connection may have died in a restart that is already over: repeats the query once, on another connection. */
  private async askTwice<Row extends pg.QueryResultRow>(sql: string, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>(sql, values)).rows;
    } catch (error) {
      if (!wasCutOff(error)) throw error;
      return (await this.pool.query<Row>(sql, values)).rows;
    }
  }

  private serveStale(slug: string, error: unknown): CatalogTenant {
    const last = this.known.last(slug, this.listener.heardAt);
    if (last === undefined || this.clock() - last.trueAt >= this.staleMs) {
      this.metrics.unavailable++;
      throw new CatalogUnavailable(error);
    }
    this.metrics.stale++;
    return last.tenant;
  }

  private async valueOf(sql: string, tenantId: string): Promise<string | undefined> {
    return (await this.query<{ value: string }>(sql, [tenantId]))[0]?.value;
  }

  private notified(payload: string): void {
    if (payload.startsWith('tenant:')) this.forget(payload.slice('tenant:'.length));
    else if (payload === 'signing-keys') for (const listener of this.keyListeners) listener();
    else this.forgetAll();
  }

  private forget(slug: string): void {
    this.known.forget(slug);
    this.reads.delete(slug);
    for (const listener of this.changeListeners) listener(slug);
  }

  private forgetAll(): void {
    this.known.forgetAll();
    this.reads.clear();
    for (const listener of this.changeListeners) listener(undefined);
  }

  /** Listening begins. Earlier changes may have been missed, and the catalog is reachable again. */
  private flush(): void {
    this.outage = undefined;
    this.known.hear();
    this.reads.clear();
    for (const listener of this.changeListeners) listener(undefined);
    for (const listener of this.keyListeners) listener();
  }
}
