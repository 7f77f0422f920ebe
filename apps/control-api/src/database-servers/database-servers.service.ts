import { ControlDatabase, type DatabaseServer, type Prisma } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { Lists, type PageArguments } from '../lists/lists.js';
import type { DatabaseServerDto } from './database-server.dto.js';
import type { ListDatabaseServersQuery } from './database-servers.dto.js';

export interface DatabaseServerRow extends DatabaseServer {
  readonly _count: { readonly tenants: number };
}

const counted = { _count: { select: { tenants: true } } } as const;

/** The servers that tenants' databases stand on. */
@Injectable()
export class DatabaseServers {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
  ) {}

  list(query: ListDatabaseServersQuery): Promise<Page<DatabaseServerDto>> {
    const { databaseServer } = this.control.client;
    return this.lists.page(query, {
      route: 'database-servers',
      filters: {},
      sort: query.sort ?? 'name',
      find: (page: PageArguments<Prisma.DatabaseServerWhereInput>) =>
        databaseServer.findMany({ ...page, include: counted }),
      count: (where) => databaseServer.count({ where }),
      view: viewServer,
    });
  }

  /** Throws NotFound. */
  async find(id: string): Promise<DatabaseServerDto> {
    const row = isUuid(id)
      ? await this.control.client.databaseServer.findUnique({ where: { id }, include: counted })
      : null;
    if (row === null) throw new NotFound('database server');
    return viewServer(row);
  }
}

/** A server as operators see it: never its admin URL. */
export function viewServer(row: DatabaseServerRow): DatabaseServerDto {
  const { id, name, host, port, poolerAddress, state, maxTenants } = row;
  return { id, name, host, port, poolerAddress, state, maxTenants, tenants: row._count.tenants };
}
