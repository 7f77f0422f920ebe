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
 * What a process knows of slugs, and since when it may be wrong. Slugs that nobody has are remembered apart, so that
 * strangers who guess push out no tenant. An entry is current while notifications have arrived without a gap since it was
 * read; one that is not is kept, for the time in which the catalog cannot be asked.
 */
export class KnownTenants {
  private readonly tenants: LRUCache<string, Known>;
  private readonly unknown: LRUCache<string, number>;
  private readonly ttlMs: number;
  /** Moves whenever a change may have gone unheard. */
  private epoch = 0;
  private hearing = false;

  constructor(options: KnownTenantsOptions) {
    this.tenants = new LRUCache({ max: options.maxTenants });
    this.unknown = new LRUCache({ max: options.maxUnknown });
    this.ttlMs = options.ttlMs;
  }

  /** A current tenant, null when nobody has the slug, undefined when the catalog must be asked. */
  current(slug: string, now: number): CatalogTenant | null | undefined {
    if (!this.hearing) return undefined;
    const known = this.tenants.get(slug);
    if (known !== undefined)
      return known.epoch === this.epoch && now - known.readAt < this.ttlMs ? known.tenant : undefined;
    const readAt = this.unknown.get(slug);
    return readAt !== undefined && now - readAt < this.ttlMs ? null : undefined;
  }

  /** A tenant, current or not, and the last moment at which it was certainly so; `heardAt` is notifications' last sign of life. */
  last(slug: string, heardAt: number): { readonly tenant: CatalogTenant; readonly trueAt: number } | undefined {
    const known = this.tenants.get(slug);
    if (known === undefined) return undefined;
    const current = this.hearing && known.epoch === this.epoch;
    return { tenant: known.tenant, trueAt: current ? Math.max(known.trueAt, heardAt) : known.trueAt };
  }

  /** Takes over what a read that began at `readAt` found. */
  remember(slug: string, tenant: CatalogTenant | undefined, readAt: number): void {
    this.forget(slug);
    if (tenant !== undefined) this.tenants.set(slug, { tenant, readAt, trueAt: readAt, epoch: this.epoch });
    else if (this.hearing) this.unknown.set(slug, readAt);
  }

  /** It has changed. */
  forget(slug: string): void {
    this.tenants.delete(slug);
    this.unknown.delete(slug);
  }

  /** Everything may have changed. */
  forgetAll(): void {
    this.tenants.clear();
    this.unknown.clear();
  }

  /** Notifications arrive from now on; what was read before may have changed unheard. */
  hear(): void {
    this.hearing = true;
    this.epoch++;
  }

  /** Notifications no longer arrive: what was current was so until `heardAt`, and may change unheard from then on. */
  goDeaf(heardAt: number): void {
    if (!this.hearing) return;
    this.hearing = false;
    this.tenants.forEach((known) => {
      if (known.epoch === this.epoch) known.trueAt = Math.max(known.trueAt, heardAt);
    });
    this.unknown.clear();
    this.epoch++;
  }

  /** Slugs remembered. */
  get size(): number {
    return this.tenants.size + this.unknown.size;
  }
}
