import { AsyncResource } from 'node:async_hooks';
import { type CatalogTenant, TenantCatalog } from '@helpdeskly/catalog';
import { type TenantPrisma, tenantClosed, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';

/** A tenant's id, and the name by which the catalog remembers it. */
export type TenantName = Pick<CatalogTenant, 'id' | 'slug'>;

/** The databases of tenants that have streams, without a request. */
@Injectable()
export class LiveTenants {
  /** Work for streams belongs to no request, though one may begin it. */
  private readonly outside = new AsyncResource('streams');

  constructor(
    private readonly catalog: TenantCatalog,
    private readonly tenants: BackgroundTenants,
    private readonly db: TenantDatabase,
  ) {}

  /** Runs `work` in a tenant's database, wherever that is by now; undefined when the tenant is not served any more. */
  run(name: TenantName, work: (db: TenantPrisma) => Promise<void>): Promise<'done' | undefined> {
    return this.outside.runInAsyncScope(async () => {
      const tenant = await this.served(name);
      if (tenant === undefined) return undefined;
      await this.tenants.run(tenant, () => work(this.db.client));
      return 'done';
    });
  }

  /** Throws CatalogUnavailable. */
  async isServed(name: TenantName): Promise<boolean> {
    return (await this.served(name)) !== undefined;
  }

  private async served({ id, slug }: TenantName): Promise<CatalogTenant | undefined> {
    const known = this.catalog.peek(slug);
    const tenant = known === undefined ? await this.catalog.find(slug) : known;
    return tenant?.id === id && tenantClosed(tenant) === undefined ? tenant : undefined;
  }
}
