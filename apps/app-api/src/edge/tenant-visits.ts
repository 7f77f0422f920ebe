import { type CatalogTenant, TenantCatalog } from '@helpdeskly/catalog';
import { TenantDatabaseUnavailable, tenantErrorOf } from '@helpdeskly/tenant-db';
import { TenantClientFactory, TenantContext, TenantUpgrading } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';

/** Work for a tenant that no request asks for. */
@Injectable()
export class TenantVisits {
  constructor(
    private readonly catalog: TenantCatalog,
    private readonly clients: TenantClientFactory,
    private readonly context: TenantContext,
  ) {}

  /** The tenant as it is now, or undefined. Throws CatalogUnavailable. */
  async find(tenantId: string): Promise<CatalogTenant | undefined> {
    const [tenant] = await this.catalog.tenants('WHERE t."id" = $2', [tenantId]);
    return tenant;
  }

  /** ACTIVE tenants in the order of their ids, so many after this one. Throws CatalogUnavailable. */
  activeAfter(tenantId: string | null, limit: number): Promise<CatalogTenant[]> {
    return this.catalog.tenants(
      `WHERE t."status" = 'ACTIVE' AND ($2::uuid IS NULL OR t."id" > $2) ORDER BY t."id" LIMIT $3`,
      [tenantId, limit],
    );
  }

  /** Those of these tenants that there are. Throws CatalogUnavailable. */
  async existing(tenantIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.catalog.query<{ id: string }>(
      `SELECT "id"::text AS "id" FROM "catalog"."tenant" WHERE "id" = ANY($1::uuid[])`,
      [tenantIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Runs `work` as the tenant's. Throws TenantUpgrading, TenantDatabaseUnavailable, TenantConnectionLimit. */
  async run<T>(tenant: CatalogTenant, work: () => Promise<T>): Promise<T> {
    if (tenant.lacks.length > 0) throw new TenantUpgrading();
    const lease = await this.clients.acquire(tenant);
    try {
      return await this.context.run({ tenant, prisma: lease.prisma, select: lease.select }, work);
    } catch (error) {
      const told = tenantErrorOf(error) ?? error;
      if (told instanceof TenantDatabaseUnavailable) this.clients.reportBroken(tenant);
      throw told;
    } finally {
      lease.release();
    }
  }
}
