import {
  answerGraceMs,
  Connection,
  ConnectionPool,
  endingAfter,
  keepalives,
  poolLoad,
  type PoolLoad,
} from '@helpdeskly/database';
import type { Client, ClientConfig, Pool, PoolConfig } from 'pg';

/** A server that went silent must not hold a worker: longer than any statement of ours takes, DROP DATABASE included. */
const patienceMs = 60_000;
const reaching = { connectionTimeoutMillis: 5000, keepAlive: true } as const;

/** Within a transaction of the control database, whose own patience ends at 15 s. */
const briefPatience = {
  connectionTimeoutMillis: 3000,
  ...endingAfter(4000),
  max: 4,
  keepAlive: true,
} as const;

/** What a connection that migrates calls itself. */
export const migratorName = 'helpdeskly-migrator';

/** An hour: a migration of a large table is not to be cut off. */
export const longestStatementMs = 3_600_000;

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
    this.admin = newPool({
      connectionString: address.adminUrl,
      max: connections,
      ...reaching,
      ...endingAfter(patienceMs),
    });
    this.brief = newPool({ connectionString: address.adminUrl, ...briefPatience });
  }

  /** Whether app-api comes through a pooler. */
  get isPooled(): boolean {
    return this.address.poolerAddress !== null;
  }

  /** One connection to `database` as the administrator, which the caller ends. `statementTimeoutMs` in milliseconds. */
  connect(database: string, statementTimeoutMs: number = patienceMs, application?: string): Promise<Client> {
    const named = application === undefined ? {} : { application_name: application };
    return open(this.urlOf(database), { ...endingAfter(statementTimeoutMs), options: keepalives, ...named });
  }

  /** One connection to `database` for scripts that take as long as they take, which the caller ends. */
  connectToMigrate(database: string): Promise<Connection> {
    const settings = { options: keepalives, keepAliveInitialDelayMillis: 10_000, application_name: migratorName };
    return open(this.urlOf(database), { statement_timeout: longestStatementMs, ...settings });
  }

  /** One connection that asks what others wait for, which the caller ends. */
  connectToWatch(): Promise<Connection> {
    return open(new URL(this.address.adminUrl), { ...endingAfter(4000), application_name: 'helpdeskly-watch' });
  }

  /** One connection to `database` by the way that app-api takes as that role, which the caller ends. */
  connectAs(user: LoginRole, database: string): Promise<Client> {
    const { poolerAddress } = this.address;
    if (poolerAddress === null) return open(as(user, this.urlOf(database)), endingAfter(patienceMs));
    // A pooler refuses to be told of the server's clock.
    return open(as(user, new URL(`postgres://${poolerAddress}/${database}`)), {
      query_timeout: patienceMs + answerGraceMs,
    });
  }

  /** The same without a pooler in between, and with whatever settings the role has: nothing is said of them. */
  connectDirectlyAs(user: LoginRole, database: string): Promise<Client> {
    return open(as(user, this.urlOf(database)), { query_timeout: 5000 });
  }

  private urlOf(database: string): URL {
    const url = new URL(this.address.adminUrl);
    url.pathname = `/${encodeURIComponent(database)}`;
    return url;
  }

  /** Throws within seconds when the server does not answer, whatever it was before. */
  async probe(): Promise<void> {
    const own = await this.connectToWatch();
    try {
      await own.query('SELECT 1');
    } finally {
      own.close();
    }
  }

  get load(): PoolLoad {
    return poolLoad(this.admin);
  }

  async close(): Promise<void> {
    await Promise.all([this.admin.end(), this.brief.end()]);
  }
}

function newPool(settings: PoolConfig): Pool {
  return new ConnectionPool(settings) as unknown as Pool;
}

function as(user: LoginRole, url: URL): URL {
  url.username = encodeURIComponent(user.name);
  url.password = encodeURIComponent(user.password);
  return url;
}

async function open(url: URL, settings: ClientConfig): Promise<Connection> {
  const client = new Connection({ connectionString: url.href, ...reaching, ...settings });
  await client.connect();
  return client;
}
