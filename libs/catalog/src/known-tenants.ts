import { LRUCache } from 'lru-cache';
import type { CatalogTenant } from './catalog-tenant.js';

/** Times in milliseconds. */
export interface KnownTenantsOptions {
  readonly maxTenants: number;
  readonly maxUnknown: number;
  readonly ttlMs: number;
}

interface Known {
  readonly tenant: CatalogTenant;
  readonly readAt: number;
  readonly epoch: number;
  /** The last moment at which this was certainly true. */
  trueAt: number;
}

/**
 * A process's cache of slugs, which knows since when an entry may be wrong. It caches unknown slugs separately, so that
 * guessed slugs evict no tenant. An entry is current while notifications have arrived without a gap since it was
 * read. It keeps outdated entries for the time in which the catalog cannot be asked.
 */
export class KnownTenants {
  private readonly tenants: LRUCache<string, Known>;
  private readonly unknown: LRUCache<string, number>;
  private readonly ttlMs: number;
  /** Grows whenever a change may have been missed. */
  private epoch = 0;
  private hearing = false;

  constructor(options: KnownTenantsOptions) {
    this.tenants = new LRUCache({ max: options.maxTenants });
    this.unknown = new LRUCache({ max: options.maxUnknown });
    this.ttlMs = options.ttlMs;
  }

  /** A current tenant, null if nobody has the slug, undefined if the catalog must be asked. */
  current(slug: string, now: number): CatalogTenant | null | undefined {
    if (!this.hearing) return undefined;
    const known = this.tenants.get(slug);
    if (known !== undefined)
      return known.epoch === this.epoch && now - known.readAt < this.ttlMs ? known.tenant : undefined;
    const readAt = this.unknown.get(slug);
    return readAt !== undefined && now - readAt < this.ttlMs ? null : undefined;
  }

  /** A tenant, current or not, and the last moment at which it was certainly true; `heardAt` is the last sign of life of notifications. */
  last(slug: string, heardAt: number): { readonly tenant: CatalogTenant; readonly trueAt: number } | undefined {
    const known = this.tenants.get(slug);
    if (known === undefined) return undefined;
    const current = this.hearing && known.epoch === this.epoch;
    return { tenant: known.tenant, trueAt: current ? Math.max(known.trueAt, heardAt) : known.trueAt };
  }

  /** Stores the result of a read that began at `readAt`. */
  remember(slug: string, tenant: CatalogTenant | undefined, readAt: number): void {
    this.forget(slug);
    if (tenant !== undefined) this.tenants.set(slug, { tenant, readAt, trueAt: readAt, epoch: this.epoch });
    else if (this.hearing) this.unknown.set(slug, readAt);
  }

  /** The slug's tenant has changed. */
  forget(slug: string): void {
    this.tenants.delete(slug);
    this.unknown.delete(slug);
  }

  /** Everything may have changed. */
  forgetAll(): void {
    this.tenants.clear();
    this.unknown.clear();
  }

  /** Notifications arrive from now on; what was read before may have changed without one. */
  hear(): void {
    this.hearing = true;
    this.epoch++;
  }

  /** Notifications no longer arrive: current entries were true until `heardAt`, and may change without notice from then on. */
  goDeaf(heardAt: number): void {
    if (!this.hearing) return;
    this.hearing = false;
    this.tenants.forEach((known) => {
      if (known.epoch === this.epoch) known.trueAt = Math.max(known.trueAt, heardAt);
    });
    this.unknown.clear();
    this.epoch++;
  }

  /** How many slugs are cached. */
  get size(): number {
    return this.tenants.size + this.unknown.size;
  }
}
