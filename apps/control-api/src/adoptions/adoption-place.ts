import type { Secrets, Tenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { startAnew } from '../copies/secrets-anew.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { AdoptionRole } from './adoption-role.js';
import type { AdoptTenantDto } from './adoptions.dto.js';
import { readOrphan, type Orphan } from './orphan.js';

/** The servers that have such databases. */
@Injectable()
export class AdoptionPlace {
  constructor(
    private readonly servers: ServerConnections,
    private readonly role: AdoptionRole,
  ) {}

  async with<T>(
    { serverId, databaseName }: AdoptTenantDto,
    work: (server: TenantServer, orphan: Orphan) => Promise<T>,
  ): Promise<T> {
    return this.servers.breaker.run(serverId, async () => {
      const server = await this.servers.server(serverId);
      return work(server, await readOrphan(server, databaseName, this.role.installation));
    });
  }

  /** Whether a database of that name is where the catalog says, whatever it is. */
  async isAt({ serverId, databaseName }: Tenant): Promise<boolean> {
    const { brief } = await this.servers.server(serverId);
    return (await brief.query('SELECT FROM pg_database WHERE datname = $1', [databaseName])).rowCount !== 0;
  }

  /** Its login role is the catalog's; with `dataKey` also what nobody can decrypt any more begins anew. Repeatable. */
  async settle(server: TenantServer, tenant: Tenant, dataKey: Secrets | undefined): Promise<void> {
    if (dataKey !== undefined) {
      const client = await server.connect(tenant.databaseName, 10_000);
      try {
        await startAnew(client, dataKey);
      } finally {
        await client.end();
      }
    }
    await this.role.settle(server, tenant);
  }

  publish(): Promise<void> {
    return this.role.publish();
  }
}
