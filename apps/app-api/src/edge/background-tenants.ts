import { type CatalogTenant, TenantCatalog } from '@helpdeskly/catalog';
import type { TenantJob, TimerVisit } from '@helpdeskly/queue';
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

  /**
   * A timer's visit to a tenant that is ACTIVE: `work` says in how many milliseconds there is more to do. Any other tenant is asked
   * about again `awayMs` later, and one that is gone never again. Throws what `work` throws.
   */
  async visit(
    { tenantId }: TenantJob,
    awayMs: number,
    work: (tenant: CatalogTenant) => Promise<number | undefined>,
  ): Promise<TimerVisit> {
    const tenant = await this.find(tenantId);
    if (tenant === undefined) return { outcome: 'superseded', againInMs: undefined };
    if (tenant.status !== 'ACTIVE') return { outcome: 'superseded', againInMs: awayMs };
    return { outcome: 'done', againInMs: await work(tenant) };
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
