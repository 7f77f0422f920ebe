import { type CatalogTenant, TenantCatalog } from '@helpdeskly/catalog';
import { TenantDatabaseUnavailable, tenantErrorOf } from '@helpdeskly/tenant-db';
import { TenantClientFactory, TenantContext } from '@helpdeskly/tenancy';
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
    const [tenant] = await this.catalog.query<CatalogTenant>(`SELECT * FROM "catalog"."tenant" WHERE "id" = $1`, [
      tenantId,
    ]);
    return tenant;
  }

  /** ACTIVE tenants in the order of their ids, so many after this one. Throws CatalogUnavailable. */
  activeAfter(tenantId: string | null, limit: number): Promise<CatalogTenant[]> {
    return this.catalog.query<CatalogTenant>(
      `SELECT * FROM "catalog"."tenant"
        WHERE "status" = 'ACTIVE' AND ($1::uuid IS NULL OR "id" > $1) ORDER BY "id" LIMIT $2`,
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

  /** Runs `work` as the tenant's. Throws TenantDatabaseUnavailable, TenantConnectionLimit. */
  async run<T>(tenant: CatalogTenant, work: () => Promise<T>): Promise<T> {
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
