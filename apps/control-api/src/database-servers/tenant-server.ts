import { keepalives, poolLoad, TracedClient, TracedPool, type PoolLoad } from '@helpdeskly/database';
import type { Client, Pool } from 'pg';

/** A server that went silent must not hold a worker: longer than any statement of ours takes, DROP DATABASE included. */
const patience = { connectionTimeoutMillis: 5000, query_timeout: 60_000, keepAlive: true } as const;

/** Within a transaction of the control database, whose own patience ends at 15 s. */
const briefPatience = {
  connectionTimeoutMillis: 3000,
  statement_timeout: 4000,
  query_timeout: 4500,
  max: 4,
  keepAlive: true,
} as const;

export interface ServerAddress {
  readonly id: string;
  readonly adminUrl: string;
  /** `host:port` of the PgBouncer that app-api comes through, if any. */
  readonly poolerAddress: string | null;
}

export interface LoginRole {
  readonly name: string;
  readonly password: string;
}

/** A PostgreSQL server that holds tenants' databases, reached as its administrator: directly, never through a pooler. */
export class TenantServer {
  /** In the database that the admin URL names. */
  readonly admin: Pool;
  /** The same for short statements under locks of the control database: each ends within 5 s, one way or the other. */
  readonly brief: Pool;

  readonly id: string;

  constructor(
    private readonly address: ServerAddress,
    connections: number,
  ) {
    this.id = address.id;
    this.admin = new TracedPool({ connectionString: address.adminUrl, max: connections, ...patience });
    this.brief = new TracedPool({ connectionString: address.adminUrl, ...briefPatience });
    for (const pool of [this.admin, this.brief]) pool.on('error', () => undefined); // An idle connection that breaks is replaced by the next query.
  }

  /** Whether app-api comes through a pooler. */
  get isPooled(): boolean {
    return this.address.poolerAddress !== null;
  }

  /** One connection to `database` as the administrator, which the caller ends. `queryTimeoutMs` in milliseconds. */
  connect(database: string, queryTimeoutMs: number = patience.query_timeout): Promise<Client> {
    return this.open(this.urlOf(database), queryTimeoutMs, keepalives);
  }

  /** One connection to `database` by the way that app-api takes as that role, which the caller ends. */
  connectAs(user: LoginRole, database: string): Promise<Client> {
    const { poolerAddress } = this.address;
    return this.openAs(
      user,
      poolerAddress === null ? this.urlOf(database) : new URL(`postgres://${poolerAddress}/${database}`),
    );
  }

  /** The same without a pooler in between. */
  connectDirectlyAs(user: LoginRole, database: string): Promise<Client> {
    return this.openAs(user, this.urlOf(database), 5000);
  }

  private openAs(user: LoginRole, url: URL, queryTimeoutMs?: number): Promise<Client> {
    url.username = encodeURIComponent(user.name);
    url.password = encodeURIComponent(user.password);
    return this.open(url, queryTimeoutMs);
  }

  private urlOf(database: string): URL {
    const url = new URL(this.address.adminUrl);
    url.pathname = `/${encodeURIComponent(database)}`;
    return url;
  }

  private async open(url: URL, queryTimeoutMs: number = patience.query_timeout, options?: string): Promise<Client> {
    const client = new TracedClient({
      connectionString: url.href,
      ...patience,
      query_timeout: queryTimeoutMs,
      ...(options === undefined ? {} : { options }),
    });
    client.on('error', () => undefined); // The query that it interrupts throws.
    await client.connect();
    return client;
  }

  get load(): PoolLoad {
    return poolLoad(this.admin);
  }

  async close(): Promise<void> {
    await Promise.all([this.admin.end(), this.brief.end()]);
  }
}
