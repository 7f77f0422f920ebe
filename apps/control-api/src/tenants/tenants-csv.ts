import { ControlDatabase, type Prisma } from '@helpdeskly/catalog';
import type { Cell } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { pagesOf, type PageArguments } from '../lists/lists.js';
import { conditionOf } from './tenant-filters.js';
import { partsWithoutSteps } from './tenant-finder.js';
import type { TenantRow } from './tenant-view.js';
import { TenantViews } from './tenant-views.js';
import type { ExportTenantsQuery } from './tenants.dto.js';

const pageSize = 250;

/** Named as in the JSON of a tenant; `admin` as in `POST /tenants`. */
export const exportColumns = [
  'id',
  'slug',
  'name',
  'status',
  'statusReason',
  'plan',
  'limits.maxConnections',
  'limits.requestsPerMinute',
  'limits.storageBytes',
  'admin.email',
  'admin.name',
  'storageBytes',
  'serverId',
  'databaseName',
  'schemaVersion',
  'schemaPending',
  'appUrl',
  'purgeAt',
  'createdAt',
  'updatedAt',
  'activatedAt',
] as const;

type Line = Readonly<Record<(typeof exportColumns)[number], Cell>>;

/** The catalog as lines of a file. */
@Injectable()
export class TenantsCsv {
  constructor(
    private readonly control: ControlDatabase,
    private readonly views: TenantViews,
  ) {}

  /** A page is read when it is asked for, and holds no transaction open until the next. */
  async *pages(query: ExportTenantsQuery): AsyncGenerator<readonly Line[], void> {
    await this.views.refresh();
    const { tenant } = this.control.client;
    const list = {
      filters: conditionOf(query),
      sort: query.sort ?? '-createdAt',
      find: async (page: PageArguments<Prisma.TenantWhereInput>) => {
        const rows = await tenant.findMany({ ...page, include: partsWithoutSteps });
        return rows.map((row): TenantRow => ({ ...row, steps: [] }));
      },
    };
    for await (const rows of pagesOf(list, pageSize)) yield rows.map((row) => this.line(row));
  }

  private line(row: TenantRow): Line {
    const {
      limits,
      provisioning: _steps,
      credentialRotation: _rotation,
      version: _version,
      ...view
    } = this.views.of(row);
    return {
      ...view,
      'limits.maxConnections': limits.maxConnections,
      'limits.requestsPerMinute': limits.requestsPerMinute,
      'limits.storageBytes': limits.storageBytes,
      'admin.email': row.adminEmail,
      'admin.name': row.adminName,
    };
  }
}
