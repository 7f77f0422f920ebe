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
import { openPlainConnection, reaching } from './copy-connection.js';

/** A silent server must not occupy a worker. Longer than any of our statements takes, including DROP DATABASE. */
const patienceMs = 60_000;
/** For use within a transaction of the control database, whose own limit is 15 s. */
const briefPatience = {
  connectionTimeoutMillis: 3000,
  ...endingAfter(4000),
  max: 4,
  keepAlive: true,
} as const;

/** The application name of a connection that migrates. */
export const migratorName = 'helpdeskly-migrator';

/** One hour, so that the migration of a large table is not interrupted. */
export const longestStatementMs = 3_600_000;

export interface ServerAddress {
  readonly id: string;
  readonly adminUrl: string;
  /** `host:port` of the PgBouncer that app-api uses, if any. */
  readonly poolerAddress: string | null;
}

export interface LoginRole {
  readonly name: string;
  readonly password: string;
}

/** A PostgreSQL server with tenants' databases. It connects as the administrator: directly, never through a pooler. */
export class TenantServer {
  /** Connects to the database of the admin URL. */
  readonly admin: Pool;
  /** The same for short statements under locks of the control database: each ends within 5 s. */
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

  /** Whether app-api uses a pooler. */
  get isPooled(): boolean {
    return this.address.poolerAddress !== null;
  }

  /** One connection to `database` as the administrator; the caller ends it. `statementTimeoutMs` in milliseconds. */
  connect(database: string, statementTimeoutMs: number = patienceMs, application?: string): Promise<Client> {
    const named = application === undefined ? {} : { application_name: application };
    return open(this.urlOf(database), { ...endingAfter(statementTimeoutMs), options: keepalives, ...named });
  }

  /** One connection to `database` for long scripts; the caller ends it. */
  connectToMigrate(database: string): Promise<Connection> {
    const settings = { options: keepalives, keepAliveInitialDelayMillis: 10_000, application_name: migratorName };
    return open(this.urlOf(database), { statement_timeout: longestStatementMs, ...settings });
  }

  /** One plain connection to `database`, for COPY; its statements may take as long as they need. The caller ends it. */
  connectToCopy(database: string): Promise<Client> {
    return openPlainConnection(this.urlOf(database).href);
  }

  /** One connection that asks what others wait for; the caller ends it. */
  connectToWatch(): Promise<Connection> {
    return open(new URL(this.address.adminUrl), { ...endingAfter(4000), application_name: 'helpdeskly-watch' });
  }

  /** One connection to `database` as that role, at the address that app-api uses; the caller ends it. */
  connectAs(user: LoginRole, database: string): Promise<Client> {
    const { poolerAddress } = this.address;
    if (poolerAddress === null) return open(as(user, this.urlOf(database)), endingAfter(patienceMs));
    // A pooler refuses the statement_timeout.
    return open(as(user, new URL(`postgres://${poolerAddress}/${database}`)), {
      query_timeout: patienceMs + answerGraceMs,
    });
  }

  /** The same without a pooler, and with the role's own settings; `statementTimeoutMs` in milliseconds if not the role's. */
  connectDirectlyAs(user: LoginRole, database: string, statementTimeoutMs?: number): Promise<Connection> {
    const limits = statementTimeoutMs === undefined ? { query_timeout: 5000 } : endingAfter(statementTimeoutMs);
    return open(as(user, this.urlOf(database)), limits);
  }

  private urlOf(database: string): URL {
    const url = new URL(this.address.adminUrl);
    url.pathname = `/${encodeURIComponent(database)}`;
    return url;
  }

  /** Throws within seconds if the server does not answer. */
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
