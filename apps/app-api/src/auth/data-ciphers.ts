import { openDataKey, Secrets, TenantCatalog } from '@helpdeskly/catalog';
import { ServiceUnavailable } from '@helpdeskly/errors';
import { TenantContext } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';

/** Encrypts what is kept secret in a tenant's database, with a key of that tenant. */
@Injectable()
export class DataCiphers {
  constructor(
    private readonly catalog: TenantCatalog,
    private readonly secrets: Secrets,
    private readonly context: TenantContext,
  ) {}

  /** That of the current tenant. Throws CatalogUnavailable, and ServiceUnavailable until the control plane has given it a key. */
  async current(): Promise<Secrets> {
    const { id } = this.context.current.tenant;
    const sealed = await this.catalog.dataKeyOf(id);
    if (sealed === undefined) throw new ServiceUnavailable('This helpdesk has no key for its secrets yet.');
    return openDataKey(this.secrets, id, sealed);
  }
}
