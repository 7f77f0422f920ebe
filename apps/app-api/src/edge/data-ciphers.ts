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

  /** That of the current tenant. Throws CatalogUnavailable, and ServiceUnavailable until the control plane has given it a key. */
  async current(): Promise<Secrets> {
    const { id } = this.context.current.tenant;
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const sealed = await this.catalog.dataKeyOf(id);
    if (sealed === undefined) throw new ServiceUnavailable('This helpdesk has no key for its secrets yet.');
    const cipher = openDataKey(this.secrets, id, sealed);
    this.known.set(id, cipher);
    return cipher;
  }
}
