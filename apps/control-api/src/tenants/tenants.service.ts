import { likeLiteral } from '@helpdeskly/database';
import { ControlDatabase, type Prisma } from '@helpdeskly/catalog';
import type { Page } from '@helpdeskly/http';
import { Inject, Injectable } from '@nestjs/common';
import { Lists, type PageArguments } from '../lists/lists.js';
import { controlPlane } from '../startup/control-plane.module.js';
import type { ControlPlane } from '../startup/control-plane.js';
import { TenantStorage } from '../usage/tenant-storage.js';
import type { TenantDto } from './tenant.dto.js';
import { findTenant, tenantParts } from './tenant-finder.js';
import { viewTenant, type TenantRow } from './tenant-view.js';
import type { ListTenantsQuery } from './tenants.dto.js';

/** Reads tenants as operators see them. */
@Injectable()
export class Tenants {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    private readonly storage: TenantStorage,
    @Inject(controlPlane) private readonly plane: ControlPlane,
  ) {}

  async list(query: ListTenantsQuery): Promise<Page<TenantDto>> {
    await this.readFolder();
    const { tenant } = this.control.client;
    return this.lists.page(query, {
      route: 'tenants',
      filters: filtersOf(query),
      sort: query.sort ?? '-createdAt',
      find: (page: PageArguments<Prisma.TenantWhereInput>) => tenant.findMany({ ...page, include: tenantParts }),
      count: (where) => tenant.count({ where }),
      view: (row) => this.view(row),
    });
  }

  /** Throws NotFound. */
  async find(idOrSlug: string): Promise<TenantDto> {
    await this.readFolder();
    return this.view(await findTenant(this.control, idOrSlug));
  }

  /** The same with what its database counts now, when that answers at once. Throws NotFound. */
  async read(idOrSlug: string): Promise<TenantDto> {
    await this.readFolder();
    const row = await findTenant(this.control, idOrSlug);
    const bytes = await this.storage.ask(row);
    return { ...this.view(row), ...(bytes !== undefined && { storageBytes: Number(bytes) }) };
  }

  /** What was put there a moment ago is pending. Where it cannot be read, what is known stays true. */
  private async readFolder(): Promise<void> {
    await this.plane.migrations.refresh().catch(() => undefined);
  }

  view(row: TenantRow): TenantDto {
    const { migrations, config } = this.plane;
    return viewTenant(row, { migrations: migrations.current, appPublicUrl: config.appPublicUrl });
  }
}

function filtersOf({ status, plan, serverId, q, schemaVersion }: ListTenantsQuery): Prisma.TenantWhereInput {
  const part = q === undefined ? undefined : { contains: likeLiteral(q), mode: 'insensitive' as const };
  return {
    ...(status === undefined ? {} : { status: { in: status } }),
    ...(plan === undefined ? {} : { plan }),
    ...(serverId === undefined ? {} : { serverId }),
    ...(schemaVersion === undefined ? {} : { schemaVersion }),
    ...(part === undefined ? {} : { OR: [{ slug: part }, { name: part }] }),
  };
}
