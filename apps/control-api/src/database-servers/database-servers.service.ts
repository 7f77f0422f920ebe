import { ControlDatabase, type DatabaseServer, type Prisma } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import { Lists, type PageArguments } from '../lists/lists.js';
import type { DatabaseServerDto } from './database-server.dto.js';
import type {
  ChangeDatabaseServerDto,
  CreateDatabaseServerDto,
  ListDatabaseServersQuery,
} from './database-servers.dto.js';
import { ServerChanges } from './server-changes.js';
import { ServerRegistration } from './server-registration.js';

export interface DatabaseServerRow extends DatabaseServer {
  readonly _count: { readonly tenants: number };
}

const counted = { _count: { select: { tenants: true } } } as const;

/** The servers of tenants' databases. */
@Injectable()
export class DatabaseServers {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    private readonly registration: ServerRegistration,
    private readonly changes: ServerChanges,
  ) {}

  async create(origin: Origin, input: CreateDatabaseServerDto): Promise<DatabaseServerDto> {
    const { id } = await this.registration.register(origin, input);
    return this.find(id);
  }

  list(query: ListDatabaseServersQuery): Promise<Page<DatabaseServerDto>> {
    const { databaseServer } = this.control.client;
    return this.lists.page(query, {
      route: 'database-servers',
      filters: query.state === undefined ? {} : { state: { in: query.state } },
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

  change(
    by: { readonly origin: Origin; readonly actor: Actor },
    id: string,
    input: ChangeDatabaseServerDto,
    version: number | undefined,
  ): Promise<DatabaseServerDto> {
    return this.control.transaction(async () => {
      await this.changes.change(by, id, input, version);
      return this.find(id);
    });
  }
}

/** A server as operators see it: never its admin URL. */
function viewServer(row: DatabaseServerRow): DatabaseServerDto {
  const { id, name, host, port, poolerAddress, state, maxTenants, version } = row;
  const times = { createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() };
  return { id, name, host, port, poolerAddress, state, maxTenants, tenants: row._count.tenants, version, ...times };
}
