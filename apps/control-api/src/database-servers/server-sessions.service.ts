import { ControlDatabase } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { isUuid } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import { sessionsOf } from '../server-connections/server-sessions.js';
import { ServerUnreachable } from './errors.js';
import type { ServerConnectionsDto } from './server-sessions.dto.js';

/** Asks a server who is connected to it. */
@Injectable()
export class ConnectedTenants {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
  ) {}

  /** Throws NotFound, ServerUnreachable. */
  async of(id: string, limit: number): Promise<ServerConnectionsDto> {
    if (!isUuid(id)) throw new NotFound('database server');
    const server = await this.servers.server(id);
    const { used, max, reserved, byDatabase } = await sessionsOf(server).catch((error: unknown) => {
      throw new ServerUnreachable(error);
    });
    const rows = await this.control.client.tenant.findMany({
      where: { serverId: id, databaseName: { in: [...byDatabase.keys()] } },
      select: { id: true, slug: true, name: true, status: true, databaseName: true },
    });
    const tenants = rows
      .map(({ databaseName, ...tenant }) => ({ tenant, count: byDatabase.get(databaseName) ?? 0 }))
      .sort((a, b) => b.count - a.count || (a.tenant.slug < b.tenant.slug ? -1 : 1))
      .slice(0, limit);
    return { used, max, reserved, tenants };
  }
}
