import { setTimeout as sleep } from 'node:timers/promises';
import { isConnectionFailure } from '@helpdeskly/database';
import { LRUCache } from 'lru-cache';
import pg from 'pg';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { CatalogTenant } from './catalog-tenant.js';
import { CatalogUnavailable } from './errors.js';

export interface CatalogOptions {
  /** Slugs remembered, unknown ones too. */
  readonly maxEntries?: number;
  /** Milliseconds after which an entry is read again although no notification came. */
  readonly entryTtlMs?: number;
  /** Milliseconds for which known tenants are served while the catalog cannot be reached. */
  readonly staleMs?: number;
}

interface Entry {
  readonly tenant: CatalogTenant | undefined;
  readonly readAt: number;
}

const select = `SELECT * FROM "catalog"."tenant" WHERE "slug" = $1`;
const heartbeatMs = 5000;

/**
 * Slug to tenant, in memory. PostgreSQL notifies of each change in the change's own transaction; while that connection
 * is down every lookup reads the catalog, and while the catalog cannot be reached known tenants serve for `staleMs`.
 */
export class TenantCatalog {
  private readonly entries: LRUCache<string, Entry>;
  private readonly reads = new Map<string, Promise<CatalogTenant | undefined>>();
  private readonly pool: pg.Pool;
  private readonly changeListeners: ((slug: string | undefined) => void)[] = [];
  private readonly keyListeners: (() => void)[] = [];
  private readonly entryTtlMs: number;
  private readonly staleMs: number;
  private listener: pg.Client | undefined;
  private closed = false;
  private running: Promise<void> | undefined;
  private lostAt = 0;
  private lastFailure: { readonly at: number; readonly error: unknown } | undefined;
  private hits = 0;
  private misses = 0;
  private stale = 0;

  constructor(
    private readonly url: string,
    options: CatalogOptions = {},
  ) {
    this.entries = new LRUCache({ max: options.maxEntries ?? 20_000 });
    this.entryTtlMs = options.entryTtlMs ?? 30_000;
    this.staleMs = options.staleMs ?? 30_000;
    this.pool = new pg.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 1500, query_timeout: 3000, options: '-c timezone=UTC', application_name: 'helpdeskly-catalog' });
    this.pool.on('error', () => undefined); // The pool drops the lost connection; the next lookup opens another.
  }

  /** Begins to listen for changes. Resolves once the first connection stands, or has failed and is being tried again. */
  async start(): Promise<void> {
    let started: () => void;
    const first = new Promise<void>((resolve) => (started = resolve));
    this.lostAt = Date.now();
    this.running = this.listen(() => started());
    await first;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.listener?.end().catch(() => undefined); // Already lost.
    await this.running;
    await this.pool.end();
  }

  /** What is known of a slug without waiting: a tenant, null when there is none, undefined when the catalog must be asked. */
  peek(slug: string): CatalogTenant | null | undefined {
    if (this.listener === undefined) return undefined;
    const entry = this.entries.get(slug);
    if (entry === undefined || Date.now() - entry.readAt > this.entryTtlMs) return undefined;
    this.hits++;
    return entry.tenant ?? null;
  }

  /** The tenant of a slug, or undefined. Throws CatalogUnavailable. */
  async find(slug: string): Promise<CatalogTenant | undefined> {
    const known = this.peek(slug);
    if (known !== undefined) return known ?? undefined;
    this.misses++;
    let read = this.reads.get(slug);
    if (read === undefined) {
      // A change notified while this read is under way takes it out of `reads`: what it saw may be the past.
      const started: Promise<CatalogTenant | undefined> = this.read(slug).then((entry) => {
        if (this.reads.get(slug) === started) this.entries.set(slug, entry);
        return entry.tenant;
      });
      read = started;
      this.reads.set(slug, read);
    }
    try {
      return await read;
    } catch (error) {
      if (!isConnectionFailure(error)) throw error;
      return this.serveStale(slug, error);
    } finally {
      if (this.reads.get(slug) === read) this.reads.delete(slug);
    }
  }

  /** Calls back with the slug that changed, or with undefined when anything may have. */
  onChange(listener: (slug: string | undefined) => void): void {
    this.changeListeners.push(listener);
  }

  onSigningKeysChange(listener: () => void): void {
    this.keyListeners.push(listener);
  }

  /** Reads through the catalog's role. Throws CatalogUnavailable. */
  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>(sql, values)).rows;
    } catch (error) {
      if (isConnectionFailure(error)) throw new CatalogUnavailable(error);
      throw error;
    }
  }

  /** Throws CatalogUnavailable when the catalog cannot be reached. */
  async check(): Promise<void> {
    await this.query('SELECT 1');
  }

  /** Whether changes arrive by notification now. */
  get listening(): boolean {
    return this.listener !== undefined;
  }

  register(registry: Registry): void {
    const catalog = this;
    new Counter({ name: 'helpdeskly_catalog_lookups_total', help: 'Lookups of tenants by slug', labelNames: ['result'], registers: [registry], collect() {
      this.reset();
      this.inc({ result: 'hit' }, catalog.hits);
      this.inc({ result: 'miss' }, catalog.misses);
      this.inc({ result: 'stale' }, catalog.stale);
    } });
    new Gauge({ name: 'helpdeskly_catalog_listening', help: '1 while changes of tenants arrive by notification', registers: [registry], collect() {
      this.set(catalog.listening ? 1 : 0);
    } });
    new Gauge({ name: 'helpdeskly_catalog_entries', help: 'Slugs remembered', registers: [registry], collect() {
      this.set(catalog.entries.size);
    } });
  }

  private async read(slug: string): Promise<Entry> {
    if (this.lastFailure !== undefined && Date.now() - this.lastFailure.at < 250) throw this.lastFailure.error;
    try {
      const readAt = Date.now();
      const { rows } = await this.pool.query<CatalogTenant>(select, [slug]);
      this.lastFailure = undefined;
      return { tenant: rows[0] && Object.freeze(rows[0]), readAt };
    } catch (error) {
      if (isConnectionFailure(error)) this.lastFailure = { at: Date.now(), error };
      throw error;
    }
  }

  private serveStale(slug: string, error: unknown): CatalogTenant | undefined {
    const entry = this.entries.get(slug);
    const since = this.listener === undefined ? this.lostAt : Date.now();
    if (entry === undefined || Date.now() - since > this.staleMs) throw new CatalogUnavailable(error);
    this.stale++;
    return entry.tenant;
  }

  private async listen(tried: () => void): Promise<void> {
    for (let failures = 0; !this.closed; ) {
      const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 3000, query_timeout: 3000, keepAlive: true, application_name: 'helpdeskly-catalog-listener' });
      try {
        const lost = new Promise<void>((resolve) => {
          client.once('error', () => resolve());
          client.once('end', () => resolve());
        });
        client.on('notification', ({ payload }) => this.notified(payload ?? ''));
        await client.connect();
        await client.query('LISTEN helpdeskly_catalog');
        failures = 0;
        this.forgetAll(); // Changes made while nobody listened were not heard.
        this.listener = client;
        tried();
        await this.untilLost(client, lost);
      } catch {
        failures++; // Refused or cut off: tried again below; find() says CatalogUnavailable meanwhile, the gauge shows it.
      } finally {
        if (this.listener !== undefined) this.lostAt = Date.now();
        this.listener = undefined;
        client.end().catch(() => undefined); // It is lost either way.
      }
      tried();
      if (!this.closed) await sleep(Math.min(100 * 2 ** failures, 1000));
    }
  }

  /** A connection that died silently is found by a question every few seconds. */
  private async untilLost(client: pg.Client, lost: Promise<void>): Promise<void> {
    let gone = false;
    void lost.then(() => (gone = true));
    while (!gone && !this.closed) {
      const pause = new AbortController();
      await Promise.race([lost, sleep(heartbeatMs, undefined, { signal: pause.signal }).catch(() => undefined)]); // Aborted below.
      pause.abort();
      if (!gone && !this.closed) await client.query('SELECT 1');
    }
  }

  private notified(payload: string): void {
    if (payload.startsWith('tenant:')) this.forget(payload.slice('tenant:'.length));
    else if (payload === 'signing-keys') for (const listener of this.keyListeners) listener();
    else this.forgetAll();
  }

  private forget(slug: string): void {
    this.entries.delete(slug);
    this.reads.delete(slug);
    for (const listener of this.changeListeners) listener(slug);
  }

  private forgetAll(): void {
    this.entries.clear();
    this.reads.clear();
    for (const listener of this.changeListeners) listener(undefined);
    for (const listener of this.keyListeners) listener();
  }
}
