import { CatalogUnavailable, type CatalogTenant, type Secrets, type TenantCatalog } from '@helpdeskly/catalog';
import { findCause } from '@helpdeskly/database';
import { openTenantClient, TenantDatabaseUnavailable, WrongTenantDatabase, type ConnectionGovernor, type PrismaClient, type TenantClient } from '@helpdeskly/tenant-db';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Times in milliseconds. */
export interface TenantClientFactoryOptions {
  /** Clients that nobody leases; leased ones may exceed it. */
  readonly maxClients: number;
  readonly idleMs: number;
  readonly poolMax: number;
  readonly queryTimeoutMs: number;
  /** PgBouncer's address; undefined connects to each tenant's server. */
  readonly pooler: { readonly host: string; readonly port: number } | undefined;
  /** Told of a client that reached another tenant's database, and of background checks that failed. */
  readonly onFault: (fault: string, error: unknown) => void;
}

/** A client lent for a while. Give it back once; the client is ended only when nobody has it. */
export interface Lease {
  readonly prisma: PrismaClient;
  release(): void;
}

interface Entry {
  readonly key: string;
  readonly tenant: CatalogTenant;
  readonly opening: Promise<TenantClient>;
  client: TenantClient | undefined;
  leases: number;
  usedAt: number;
  retired: boolean;
  /** Between 0.9 and 1.1, so that clients opened together do not expire together. */
  readonly jitter: number;
}

type Reason = 'idle' | 'full' | 'changed' | 'broken' | 'shutdown';

const healthCheckMs = 15_000;

/**
 * One client for each tenant, opened when first asked for (once, however many ask), kept while it is used, and ended when
 * it has idled, when there are too many, when its connections broke, or when the catalog says that tenant, database or
 * credential are others now. A client that is ended is no longer lent, and closes when its last lease is back.
 */
export class TenantClientFactory {
  private readonly entries = new Map<string, Entry>();
  /** Those that nobody leases, the one given back last at the end. */
  private readonly idle = new Map<string, Entry>();
  private readonly closing = new Set<Promise<void>>();
  private readonly sweeper: NodeJS.Timeout;
  private readonly checker: NodeJS.Timeout;
  private opened = 0;
  private readonly ended: Record<Reason, number> = { idle: 0, full: 0, changed: 0, broken: 0, shutdown: 0 };
  private closed = false;

  constructor(
    private readonly catalog: TenantCatalog,
    private readonly secrets: Secrets,
    private readonly governor: ConnectionGovernor,
    private readonly options: TenantClientFactoryOptions,
  ) {
    catalog.onChange((slug) => void this.compare(slug));
    this.sweeper = setInterval(() => this.sweep(), Math.max(10, options.idleMs / 4)).unref();
    this.checker = setInterval(() => this.checkIdle(), healthCheckMs).unref();
  }

  /**
   * Lends the tenant's client; at once when it is open. Throws TenantDatabaseUnavailable, TenantConnectionLimit.
   */
  acquire(tenant: CatalogTenant): Lease | Promise<Lease> {
    const key = keyOf(tenant);
    const entry = this.entries.get(key) ?? this.open(key, tenant);
    this.idle.delete(key);
    entry.leases++;
    if (entry.client !== undefined) return this.lease(entry, entry.client);
    return entry.opening.then(
      (client) => this.lease(entry, client),
      (error: unknown) => {
        this.giveBack(entry);
        throw error;
      },
    );
  }

  /** A query for this tenant failed because its database was away: the next request opens a new client. */
  reportBroken(tenant: CatalogTenant): void {
    const entry = this.entries.get(keyOf(tenant));
    if (entry?.client !== undefined) this.retire(entry, 'broken');
  }

  /** Clients that are open or opening. */
  get size(): number {
    return this.entries.size;
  }

  /** Lends no more, waits until leases are back and ends every client. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.sweeper);
    clearInterval(this.checker);
    for (const entry of [...this.entries.values()]) this.retire(entry, 'shutdown');
    await Promise.all(this.closing);
  }

  register(registry: Registry): void {
    const factory = this;
    new Gauge({ name: 'helpdeskly_tenant_clients', help: 'Open clients of tenants\' databases', registers: [registry], collect() {
      this.set(factory.entries.size);
    } });
    new Gauge({ name: 'helpdeskly_tenant_client_leases', help: 'Clients lent at the moment', registers: [registry], collect() {
      this.set([...factory.entries.values()].reduce((sum, entry) => sum + entry.leases, 0));
    } });
    new Counter({ name: 'helpdeskly_tenant_clients_opened_total', help: 'Clients opened', registers: [registry], collect() {
      this.reset();
      this.inc(factory.opened);
    } });
    new Counter({ name: 'helpdeskly_tenant_clients_ended_total', help: 'Clients ended', labelNames: ['reason'], registers: [registry], collect() {
      this.reset();
      for (const [reason, count] of Object.entries(factory.ended)) this.inc({ reason }, count);
    } });
  }

  private open(key: string, tenant: CatalogTenant): Entry {
    if (this.closed) throw new TenantDatabaseUnavailable(new Error('this process is shutting down'));
    const { pooler, poolMax, idleMs, queryTimeoutMs } = this.options;
    const opening = openTenantClient(
      {
        tenantId: tenant.id,
        host: pooler?.host ?? tenant.host,
        port: pooler?.port ?? tenant.port,
        database: tenant.databaseName,
        user: tenant.roleName,
        password: this.secrets.open(tenant.roleSecret, tenant.id),
        poolMax: Math.max(2, Math.min(poolMax, tenant.maxConnections)),
        idleMs,
        queryTimeoutMs,
        namedStatements: pooler === undefined,
      },
      this.governor,
    );
    const entry: Entry = { key, tenant, opening, client: undefined, leases: 0, usedAt: Date.now(), retired: false, jitter: 0.9 + Math.random() * 0.2 };
    opening.then(
      (client) => {
        entry.client = client;
        this.opened++;
        this.closeIfDone(entry);
      },
      (error: unknown) => {
        entry.retired = true;
        if (this.entries.get(key) === entry) this.entries.delete(key); // A failure is not cached.
        if (findCause(error, WrongTenantDatabase) !== undefined) this.options.onFault('a tenant\'s address leads to another database', error);
      },
    );
    this.entries.set(key, entry);
    return entry;
  }

  private lease(entry: Entry, client: TenantClient): Lease {
    let out = true;
    return {
      prisma: client.prisma,
      release: () => {
        if (out) this.giveBack(entry);
        out = false;
      },
    };
  }

  private giveBack(entry: Entry): void {
    entry.leases--;
    entry.usedAt = Date.now();
    if (entry.leases > 0) return;
    if (entry.retired) return this.closeIfDone(entry);
    this.idle.set(entry.key, entry);
    if (this.idle.size <= this.options.maxClients) return;
    const [longestIdle] = this.idle.values();
    if (longestIdle !== undefined) this.retire(longestIdle, 'full');
  }

  private retire(entry: Entry, reason: Reason): void {
    if (entry.retired) return;
    entry.retired = true;
    this.ended[reason]++;
    this.idle.delete(entry.key);
    if (this.entries.get(entry.key) === entry) this.entries.delete(entry.key);
    this.closeIfDone(entry);
  }

  private closeIfDone(entry: Entry): void {
    if (!entry.retired || entry.leases > 0 || entry.client === undefined) return;
    const closing = entry.client.close().catch((error: unknown) => this.options.onFault('a client did not close', error));
    entry.client = undefined;
    this.closing.add(closing);
    void closing.then(() => this.closing.delete(closing));
  }

  private sweep(): void {
    const now = Date.now();
    for (const entry of [...this.idle.values()]) {
      if (now - entry.usedAt > this.options.idleMs * entry.jitter) this.retire(entry, 'idle');
    }
  }

  /** Asks each client that idles whether its database still answers as the tenant's. */
  private checkIdle(): void {
    for (const entry of [...this.idle.values()]) {
      const { client } = entry;
      if (client === undefined || client.pool.idleCount === 0) continue;
      client.prisma.tenantIdentity.findFirst({ where: { tenantId: entry.tenant.id } }).then(
        (identity) => {
          if (identity === null) this.retire(entry, 'broken');
        },
        () => this.retire(entry, 'broken'),
      );
    }
  }

  /** The catalog changed: clients of what is no longer so are ended. */
  private async compare(slug: string | undefined): Promise<void> {
    for (const entry of [...this.entries.values()]) {
      if (slug !== undefined && entry.tenant.slug !== slug) continue;
      try {
        const tenant = await this.catalog.find(entry.tenant.slug);
        if (tenant === undefined || tenant.status !== 'ACTIVE' || keyOf(tenant) !== entry.key) this.retire(entry, 'changed');
      } catch (error) {
        if (!(error instanceof CatalogUnavailable)) this.options.onFault('a change of the catalog could not be followed', error);
      }
    }
  }
}

function keyOf(tenant: CatalogTenant): string {
  return `${tenant.id}/${tenant.databaseName}/${tenant.credentialGeneration}/${tenant.host}:${tenant.port}`;
}
