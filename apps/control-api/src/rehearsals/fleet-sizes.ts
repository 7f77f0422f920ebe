import { Injectable } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';

/** How large tenants' databases are. */
@Injectable()
export class FleetSizes {
  constructor(private readonly servers: ServerConnections) {}

  /** Bytes by the databases' names, on every server that answers. */
  async all(): Promise<ReadonlyMap<string, number>> {
    const ids = await this.servers.ids('ACTIVE', 'DRAINING');
    const sizes = await Promise.allSettled(ids.map((id) => this.on(id)));
    return new Map(sizes.flatMap((each) => (each.status === 'fulfilled' ? each.value : [])));
  }

  private async on(serverId: string): Promise<[string, number][]> {
    return this.servers.breaker.run(serverId, async () => {
      const server = await this.servers.server(serverId);
      const { rows } = await server.admin.query<{ name: string; bytes: string }>(
        String.raw`SELECT datname AS name, pg_database_size(oid)::text AS bytes FROM pg_database WHERE datname LIKE 't\_%' AND datconnlimit <> -2`,
      );
      return rows.map(({ name, bytes }) => [name, Number(bytes)]);
    });
  }
}
