import { Client, Pool } from 'pg';

/** A server that went silent must not hold a worker: longer than any statement of ours takes, a large migration's included. */
const patience = { connectionTimeoutMillis: 5000, query_timeout: 300_000, keepAlive: true } as const;

/** A PostgreSQL server that holds tenants' databases, reached as its administrator: directly, never through a pooler. */
export class TenantServer {
  /** In the database that the admin URL names. */
  readonly admin: Pool;

  constructor(
    readonly id: string,
    private readonly adminUrl: string,
    connections: number,
  ) {
    this.admin = new Pool({ connectionString: adminUrl, max: connections, ...patience });
    this.admin.on('error', () => undefined); // An idle connection that breaks is replaced by the next query.
  }

  /** One connection to `database`, which the caller ends. As `user` when given, else as the administrator. */
  async connect(database: string, user?: { readonly name: string; readonly password: string }): Promise<Client> {
    const url = new URL(this.adminUrl);
    url.pathname = `/${encodeURIComponent(database)}`;
    if (user !== undefined) {
      url.username = encodeURIComponent(user.name);
      url.password = encodeURIComponent(user.password);
    }
    const client = new Client({ connectionString: url.href, ...patience });
    client.on('error', () => undefined); // The query that it interrupts throws.
    await client.connect();
    return client;
  }

  close(): Promise<void> {
    return this.admin.end();
  }
}
