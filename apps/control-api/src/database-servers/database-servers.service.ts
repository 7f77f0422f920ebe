import { ControlDatabase, type DatabaseServer } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { Injectable } from '@nestjs/common';
import type { DatabaseServerDto } from './database-server.dto.js';

export interface DatabaseServerRow extends DatabaseServer {
  readonly _count: { readonly tenants: number };
}

/** The servers that tenants' databases stand on. */
@Injectable()
export class DatabaseServers {
  constructor(private readonly control: ControlDatabase) {}

  /** Throws NotFound. */
  async find(id: string): Promise<DatabaseServerDto> {
    const row = await this.control.client.databaseServer.findUnique({ where: { id }, include: { _count: { select: { tenants: true } } } });
    if (row === null) throw new NotFound('database server');
    return viewServer(row);
  }
}

/** A server as operators see it: never its admin URL. */
export function viewServer(row: DatabaseServerRow): DatabaseServerDto {
  const { id, name, host, port, poolerAddress, state, maxTenants } = row;
  return { id, name, host, port, poolerAddress, state, maxTenants, tenants: row._count.tenants };
}
