import { openDataKey, Secrets, TenantCatalog } from '@helpdeskly/catalog';
import { ServiceUnavailable } from '@helpdeskly/errors';
import { TenantContext } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** A data key never changes: how long it is kept only bounds for how long an unused one is in memory. */
const keptMs = 600_000;

/** Encrypts what is kept secret in a tenant's database, with a key of that tenant. */
@Injectable()
export class DataCiphers {
  private readonly known = new LRUCache<string, Secrets>({ max: 5000, ttl: keptMs });

  constructor(
    private readonly catalog: TenantCatalog,
    private readonly secrets: Secrets,
    private readonly context: TenantContext,
  ) {}

  /** That of the current tenant. Throws what `of` throws. */
  current(): Promise<Secrets> {
    return this.of(this.context.current.tenant.id);
  }

  /** Throws CatalogUnavailable, and ServiceUnavailable until the control plane has given the tenant a key. */
  async of(tenantId: string): Promise<Secrets> {
    const known = this.known.get(tenantId);
    if (known !== undefined) return known;
    const sealed = await this.catalog.dataKeyOf(tenantId);
    if (sealed === undefined) throw new ServiceUnavailable('This helpdesk has no key for its secrets yet.');
    const cipher = openDataKey(this.secrets, tenantId, sealed);
    this.known.set(tenantId, cipher);
    return cipher;
  }
}
