import { type CatalogTenant, TenantCatalog } from '@helpdeskly/catalog';
import { TenantDatabaseUnavailable, tenantErrorOf } from '@helpdeskly/tenant-db';
import { fitsBuild, TenantClientFactory, TenantContext, TenantUpgrading } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';

/** Tenants without a request: which there are, and work for one of them. */
@Injectable()
export class BackgroundTenants {
  constructor(
    private readonly catalog: TenantCatalog,
    private readonly clients: TenantClientFactory,
    private readonly context: TenantContext,
  ) {}

  /** See TenantCatalog.byId. */
  find(tenantId: string): Promise<CatalogTenant | undefined> {
    return this.catalog.byId(tenantId);
  }

  /** See TenantCatalog.activeAfter. */
  activeAfter(tenantId: string | null, limit: number): Promise<CatalogTenant[]> {
    return this.catalog.activeAfter(tenantId, limit);
  }

  /** See TenantCatalog.existing. */
  existing(tenantIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.catalog.existing(tenantIds);
  }

  /** Runs `work` as the tenant's. Throws TenantUpgrading, TenantDatabaseUnavailable, TenantConnectionLimit. */
  async run<T>(tenant: CatalogTenant, work: () => Promise<T>): Promise<T> {
    if (!fitsBuild(tenant)) throw new TenantUpgrading();
    try {
      return await this.context.enter(tenant, work);
    } catch (error) {
      const told = tenantErrorOf(error) ?? error;
      if (told instanceof TenantDatabaseUnavailable) this.clients.reportBroken(tenant);
      throw told;
    }
  }
}
