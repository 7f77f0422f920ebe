import { CatalogUnavailable, type CatalogTenant, type Secrets, type TenantCatalog } from '@helpdeskly/catalog';
import { findCause } from '@helpdeskly/database';
import {
  Breaker,
  openTenantClient,
  TenantDatabaseUnavailable,
  WrongTenantDatabase,
  type ConnectionGovernor,
  type TenantDatabaseAddress,
} from '@helpdeskly/tenant-db';
import { inSpan } from '@helpdeskly/telemetry';
import type { Registry } from 'prom-client';
import { CachedClient, type Lease } from './cached-client.js';
import { type Ending, TenantClientMetrics } from './tenant-client-metrics.js';

/** Times in milliseconds. */
export interface TenantClientFactoryOptions {
  /** The limit of unleased clients; leased ones may exceed it. */
  readonly maxClients: number;
  readonly idleMs: number;
  readonly poolMax: number;
  readonly queryTimeoutMs: number;
  /** PgBouncer's address; undefined: connect to each tenant's server, or to the pooler that the catalog names for it. */
  readonly pooler: { readonly host: string; readonly port: number } | undefined;
  /** How often to check each idle client. */
  readonly checkMs?: number;
  /** Called for a client that reached another tenant's database, and for failures in the background. */
  readonly onFault: (fault: string, error: unknown) => void;
}

/**
 * One client for each tenant. It opens a client on first use (once, even for concurrent callers) and keeps it while it is used. It ends a
 * client that is idle, when there are too many, when its connections broke, or when the catalog reports another tenant, database or
 * credential. An ended client gets no new lease, and closes when its last lease has been returned.
 */
export class TenantClientFactory {
  private readonly clients = new Map<string, CachedClient>();
  /** Clients without a lease, by key; the one returned last is at the end. */
  private readonly unleased = new Map<string, CachedClient>();
  private readonly ending = new Set<Promise<void>>();
  private readonly breakers = new Map<string, Breaker>();
  private readonly timers: readonly NodeJS.Timeout[];
  private readonly metrics = new TenantClientMetrics();
  private closed = false;

  constructor(
    private readonly catalog: TenantCatalog,
    private readonly secrets: Secrets,
    private readonly governor: ConnectionGovernor,
    private readonly options: TenantClientFactoryOptions,
  ) {
    const checkMs = options.checkMs ?? 15_000;
    catalog.onChange((slug) => void this.compare(slug));
    this.timers = [
      setInterval(() => this.endIdle(), Math.max(10, options.idleMs / 4)).unref(),
      setInterval(() => this.checkIdle(checkMs), Math.max(10, checkMs / 15)).unref(),
    ];
  }

  /** Leases the tenant's client; at once if it is open. Throws TenantDatabaseUnavailable, TenantConnectionLimit. */
  acquire(tenant: CatalogTenant): Lease | Promise<Lease> {
    const key = keyOf(tenant);
    const client = this.clients.get(key);
    if (client === undefined) {
      return inSpan("open the tenant's client", {}, () => Promise.resolve(this.open(key, tenant).lend()));
    }
    this.unleased.delete(key);
    return client.lend();
  }

  /** Call this when a query failed because the tenant's database was away: ends the client if it has no open connection. */
  reportBroken(tenant: CatalogTenant): void {
    const client = this.clients.get(keyOf(tenant));
    if (client !== undefined) void this.check(client);
  }

  /** Clients that are open or opening. */
  get size(): number {
    return this.clients.size;
  }

  /** Gives no new leases, waits until leases are returned, and ends every client. */
  async close(): Promise<void> {
    this.closed = true;
    for (const timer of this.timers) clearInterval(timer);
    for (const client of [...this.clients.values()]) this.end(client, 'shutdown');
    while (this.ending.size > 0) await Promise.all(this.ending);
  }

  register(registry: Registry): void {
    const leases = () => [...this.clients.values()].reduce((sum, client) => sum + client.leases, 0);
    const broken = () => [...this.breakers.values()].filter((breaker) => breaker.open).length;
    this.metrics.register(registry, { clients: () => this.clients.size, leases, broken });
  }

  private open(key: string, tenant: CatalogTenant): CachedClient {
    if (this.closed) throw new TenantDatabaseUnavailable(new Error('this process is shutting down'));
    const breaker = this.breakerOf(key);
    const place = { address: this.addressOf(tenant) };
    const opening = openTenantClient(() => place.address, this.governor, {
      breaker,
      onBroken: (error) => this.broken(client, error),
    });
    const client = new CachedClient(key, tenant, { opening, place, onReturn: () => this.returned(client) });
    this.clients.set(key, client);
    void this.follow(client, () => undefined); // Its caller may have read the catalog before the tenant moved.
    opening.then(
      () => {
        this.metrics.countOpened();
        void this.compare(tenant.slug); // The catalog may have changed since the caller read this tenant.
      },
      (error: unknown) => {
        this.metrics.countFailed();
        this.broken(client, error); // A failure is not cached.
      },
    );
    return client;
  }

  private addressOf(tenant: CatalogTenant): TenantDatabaseAddress {
    const { idleMs, queryTimeoutMs } = this.options;
    const pooler = poolerOf(tenant) ?? this.options.pooler;
    return {
      tenantId: tenant.id,
      host: pooler?.host ?? tenant.host,
      port: pooler?.port ?? tenant.port,
      database: tenant.databaseName,
      user: tenant.roleName,
      password: this.secrets.open(tenant.roleSecret, tenant.id),
      poolMax: this.poolMaxOf(tenant),
      idleMs,
      queryTimeoutMs,
      namedStatements: pooler === undefined,
      throughPooler: pooler !== undefined,
    };
  }

  /** With one connection, a client that is used beside its own transaction would wait forever. */
  private poolMaxOf({ maxConnections }: CatalogTenant): number {
    return Math.max(2, Math.min(this.options.poolMax, maxConnections));
  }

  private breakerOf(key: string): Breaker {
    let breaker = this.breakers.get(key);
    if (breaker === undefined) this.breakers.set(key, (breaker = new Breaker()));
    return breaker;
  }

  private broken(client: CachedClient, error: unknown): void {
    if (this.clients.get(client.key) !== client) return;
    if (findCause(error, WrongTenantDatabase) !== undefined)
      this.options.onFault("a tenant's address leads to another database", error);
    this.end(client, 'broken');
  }

  /** Limits only clients without a lease: otherwise busy tenants would end each other's clients. */
  private returned(client: CachedClient): void {
    if (this.clients.get(client.key) !== client) return;
    this.unleased.set(client.key, client);
    const [longestUnused] = this.unleased.values();
    if (this.unleased.size > this.options.maxClients && longestUnused !== undefined) this.end(longestUnused, 'full');
  }

  private end(client: CachedClient, reason: Ending): void {
    if (this.clients.get(client.key) !== client) return;
    this.clients.delete(client.key);
    this.unleased.delete(client.key);
    this.retire(client, reason);
  }

  private retire(client: CachedClient, reason: Ending): void {
    if (client.open !== undefined) this.metrics.countEnded(reason);
    this.ending.add(client.ended);
    void client.ended.then(() => this.ending.delete(client.ended));
    client.retire();
  }

  private endIdle(): void {
    const now = Date.now();
    for (const client of [...this.clients.values()]) {
      if (client.leases === 0 && client.open !== undefined && now - client.usedAt > this.options.idleMs * client.jitter)
        this.end(client, 'idle');
    }
    for (const [key, breaker] of this.breakers) {
      if (breaker.forgettable && !this.clients.has(key)) this.breakers.delete(key);
    }
  }

  private checkIdle(checkMs: number): void {
    const due = Date.now() - checkMs;
    for (const client of [...this.clients.values()]) {
      if (client.leases === 0 && client.checkedAt < due) void this.check(client);
    }
  }

  private async check(client: CachedClient): Promise<void> {
    client.checkedAt = Date.now();
    try {
      await client.open?.pool.check();
    } catch (error) {
      this.broken(client, error);
    }
  }

  /** The tenant has moved to another server: whoever waits for a connection gets one there. */
  private move(client: CachedClient, tenant: CatalogTenant): void {
    if (this.clients.get(client.key) !== client) return;
    const isUnleased = this.unleased.delete(client.key);
    this.clients.delete(client.key);
    const key = keyOf(tenant);
    const other = this.clients.get(key);
    client.move(key, tenant, this.addressOf(tenant));
    if (other === undefined) {
      this.clients.set(key, client);
      if (isUnleased) this.unleased.set(key, client);
    } else this.retire(client, 'changed'); // Somebody was quicker to open one there.
  }

  /** The catalog changed: ends clients that no longer match it. */
  private async compare(slug: string | undefined): Promise<void> {
    for (const client of [...this.clients.values()])
      if (slug === undefined || client.tenant.slug === slug)
        await this.follow(client, () => this.end(client, 'changed'));
  }

  /** Does as the catalog says: a client that no longer matches moves with its tenant, or is over. */
  private async follow(client: CachedClient, over: () => void): Promise<void> {
    try {
      const tenant = await this.catalog.find(client.tenant.slug);
      if (tenant === undefined || tenant.status !== 'ACTIVE') over();
      else if (keyOf(tenant) === client.key) client.open?.pool.resize(this.poolMaxOf(tenant));
      else if (identityOf(tenant) === identityOf(client.tenant)) this.move(client, tenant);
      else over();
    } catch (error) {
      if (!(error instanceof CatalogUnavailable))
        this.options.onFault('a change of the catalog could not be followed', error);
    }
  }
}

/** When any of it changes, the tenant gets another client, or its client goes to another server. */
function keyOf(tenant: CatalogTenant): string {
  const { host, port, poolerAddress } = tenant;
  return `${identityOf(tenant)}/${host}:${port}/${poolerAddress}`;
}

/** What a tenant keeps when it moves to another server. */
function identityOf(tenant: CatalogTenant): string {
  const { id, databaseName, roleName, credentialGeneration } = tenant;
  return `${id}/${databaseName}/${roleName}/${credentialGeneration}/${tenant.schemaSetId ?? tenant.schemaVersion}`;
}

/** `host:port`, the host of an IPv6 address in brackets. */
function poolerOf({ poolerAddress }: CatalogTenant): { host: string; port: number } | undefined {
  if (poolerAddress === null) return undefined;
  const colon = poolerAddress.lastIndexOf(':');
  return { host: poolerAddress.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(poolerAddress.slice(colon + 1)) };
}
