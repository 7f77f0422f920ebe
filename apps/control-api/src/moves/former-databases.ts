import { Injectable } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import { MovedLeftovers } from './moved-leftovers.js';

/** The databases that tenants have left behind. */
@Injectable()
export class FormerDatabases {
  constructor(
    private readonly servers: ServerConnections,
    private readonly leftovers: MovedLeftovers,
  ) {}

  /** Repeatable. Throws at once if the server does not answer. */
  async drop(serverId: string, tenantId: string): Promise<void> {
    await this.servers.breaker.run(serverId, async () =>
      this.leftovers.dropMoved(await this.servers.server(serverId), tenantId),
    );
  }
}
