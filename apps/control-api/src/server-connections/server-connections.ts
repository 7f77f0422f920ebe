import { ControlDatabase, Secrets, type ServerState } from '@helpdeskly/catalog';
import type { PoolLoad } from '@helpdeskly/database';
import { NotFound } from '@helpdeskly/errors';
import { ServerBreaker } from './server-breaker.js';
import { TenantServer } from './tenant-server.js';

interface Known {
  /** Identifies the address and credential with which the server was opened. */
  readonly key: string;
  readonly server: TenantServer;
}

/** The tenants' servers, each with one small pool of admin connections, opened on first use. */
export class ServerConnections {
  /** Shared by all background work. */
  readonly breaker = new ServerBreaker();
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    private readonly connectionsPerServer: number,
  ) {}

  /** Throws NotFound if there is no such server. */
  async server(id: string): Promise<TenantServer> {
    const row = await this.control.client.databaseServer.findUnique({
      where: { id },
      select: { adminSecret: true, poolerAddress: true },
    });
    if (row === null) throw new NotFound('database server');
    const known = this.known.get(id);
    const { adminSecret, poolerAddress } = row;
    const adminUrl = this.secrets.open(adminSecret, id);
    const key = `${adminUrl} ${poolerAddress}`; // The decrypted URL, which re-encryption does not change.
    if (known?.key === key) return known.server;
    const server = new TenantServer({ id, adminUrl, poolerAddress }, this.connectionsPerServer);
    this.known.set(id, { key, server });
    if (known !== undefined) void known.server.close(); // Its running queries end first.
    return server;
  }

  /** For work that then runs `breaker.beside` others. Throws ServerRests, or within seconds if the server does not answer. */
  async reach(id: string): Promise<void> {
    await this.breaker.run(id, async () => (await this.server(id)).probe());
  }

  /** The ids of servers in these states. */
  async ids(...states: ServerState[]): Promise<readonly string[]> {
    const where = { state: { in: states } };
    const rows = await this.control.client.databaseServer.findMany({ where, select: { id: true } });
    return rows.map(({ id }) => id);
  }

  /** The load of each server's pool. */
  get loads(): readonly PoolLoad[] {
    return [...this.known.values()].map(({ server }) => server.load);
  }

  async close(): Promise<void> {
    await Promise.all([...this.known.values()].map(({ server }) => server.close()));
    this.known.clear();
  }
}
