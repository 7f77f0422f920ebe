import { ControlDatabase } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { Periodic } from '@helpdeskly/queue';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { isKept } from '../tenant-status/tenant-policy.js';
import { openToReaders } from './readonly-role.js';
import { readonlyRole } from './server-roles.js';

const intervalMs = 60_000;

/** Opens older databases to support staff's role, one after the other: nobody waits for it. */
@Injectable()
export class ReadonlyUpkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly periodic = new Periodic(intervalMs, () => this.look(), new Logger('ReadonlyUpkeep'));
  private readonly log = new Logger('ReadonlyUpkeep');
  private stopping = false;

  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
  ) {}

  onApplicationBootstrap(): void {
    this.periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.periodic.stop();
  }

  async look(): Promise<void> {
    const servers = await this.control.client.databaseServer.findMany({ where: { state: { not: 'OFFLINE' } } });
    for (const { id } of servers) {
      await this.lookAt(id).catch((error: unknown) =>
        this.log.warn(`Server ${id} cannot be looked at: ${describeFailure(error)}`),
      );
    }
  }

  private async lookAt(serverId: string): Promise<void> {
    const server = await this.servers.server(serverId);
    for (const database of await this.closed(serverId)) {
      if (this.stopping) return;
      await this.open(server, database);
    }
  }

  /** A database that cannot be opened, for example because of an older schema, does not prevent the others. */
  private async open(server: TenantServer, database: string): Promise<void> {
    try {
      const client = await server.connect(database);
      await openToReaders(client, database).finally(() => client.end());
    } catch (error) {
      this.log.warn(`${database} is not open to support staff yet: ${describeFailure(error)}`);
    }
  }

  /** Databases of kept tenants that the role may not enter yet. */
  private async closed(serverId: string): Promise<string[]> {
    const { admin } = await this.servers.server(serverId);
    const { rows } = await admin.query<{ name: string }>(
      `SELECT datname AS name FROM pg_database
        WHERE datname ~ '^t_[0-9a-f]{32}$' AND datallowconn AND datconnlimit <> -2
          AND EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AND NOT has_database_privilege($1, oid, 'CONNECT')`,
      [readonlyRole],
    );
    const tenants = await this.control.client.tenant.findMany({
      where: {
        serverId,
        databaseName: { in: rows.map(({ name }) => name) },
        status: { in: isKept.statuses },
      },
      select: { databaseName: true },
    });
    return tenants.map(({ databaseName }) => databaseName);
  }
}
