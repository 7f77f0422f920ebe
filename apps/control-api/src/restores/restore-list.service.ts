import { ControlDatabase, type Prisma } from '@helpdeskly/catalog';
import type { Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { Lists, type PageArguments } from '../lists/lists.js';
import type { ListRestoresQuery, RestoreDto } from './restore.dto.js';
import { viewRestore } from './restore-view.js';

/** Lists what became of restores, those of purged tenants too. */
@Injectable()
export class RestoreList {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
  ) {}

  page(query: ListRestoresQuery): Promise<Page<RestoreDto>> {
    const { tenantRestore } = this.control.client;
    const { status, tenantId } = query;
    return this.lists.page(query, {
      route: 'restores',
      filters: {
        ...(tenantId !== undefined && { tenantId }),
        ...(status !== undefined && { status: { in: status } }),
      },
      sort: query.sort ?? '-startedAt',
      find: (page: PageArguments<Prisma.TenantRestoreWhereInput>) => tenantRestore.findMany(page),
      count: (where) => tenantRestore.count({ where }),
      view: viewRestore,
    });
  }
}
