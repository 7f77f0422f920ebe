import { ControlDatabase, type Prisma } from '@helpdeskly/catalog';
import type { Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { Lists, type PageArguments } from '../lists/lists.js';
import { TenantStorage } from '../usage/tenant-storage.js';
import type { TenantDto } from './tenant.dto.js';
import { conditionOf } from './tenant-filters.js';
import { findTenant, tenantParts } from './tenant-finder.js';
import type { TenantRow } from './tenant-view.js';
import { TenantViews } from './tenant-views.js';
import type { ListTenantsQuery } from './tenants.dto.js';

/** Reads tenants as operators see them. */
@Injectable()
export class Tenants {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    private readonly storage: TenantStorage,
    private readonly views: TenantViews,
  ) {}

  async list(query: ListTenantsQuery): Promise<Page<TenantDto>> {
    await this.views.refresh();
    const { tenant } = this.control.client;
    return this.lists.page(query, {
      route: 'tenants',
      filters: conditionOf(query),
      sort: query.sort ?? '-createdAt',
      find: (page: PageArguments<Prisma.TenantWhereInput>) => tenant.findMany({ ...page, include: tenantParts }),
      count: (where) => tenant.count({ where }),
      view: (row) => this.view(row),
    });
  }

  /** Throws NotFound. */
  async find(idOrSlug: string): Promise<TenantDto> {
    await this.views.refresh();
    return this.view(await findTenant(this.control, idOrSlug));
  }

  /** The same with the current count of its database, if that answers at once. Throws NotFound. */
  async read(idOrSlug: string): Promise<TenantDto> {
    await this.views.refresh();
    const row = await findTenant(this.control, idOrSlug);
    const bytes = await this.storage.ask(row);
    return { ...this.view(row), ...(bytes !== undefined && { storageBytes: Number(bytes) }) };
  }

  view(row: TenantRow): TenantDto {
    return this.views.of(row);
  }
}
