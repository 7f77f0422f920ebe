import { ControlDatabase, Secrets } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { TenantServer } from './tenant-server.js';

interface Known {
  readonly secret: string;
  readonly server: TenantServer;
}

/** The servers of tenants' databases, each with one small pool of admin connections, opened when first needed. */
export class ServerConnections {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    private readonly connectionsPerServer: number,
  ) {}

  /** Throws NotFound when there is no such server. */
  async server(id: string): Promise<TenantServer> {
    const row = await this.control.client.databaseServer.findUnique({ where: { id }, select: { adminSecret: true } });
    if (row === null) throw new NotFound('database server');
    const known = this.known.get(id);
    if (known?.secret === row.adminSecret) return known.server;
    const server = new TenantServer(id, this.secrets.open(row.adminSecret, id), this.connectionsPerServer);
    this.known.set(id, { secret: row.adminSecret, server });
    if (known !== undefined) void known.server.close(); // Its running queries end first.
    return server;
  }

  async close(): Promise<void> {
    await Promise.all([...this.known.values()].map(({ server }) => server.close()));
    this.known.clear();
  }
}
