import { setTimeout as sleep } from 'node:timers/promises';
import { type DomainError } from '@helpdeskly/errors';
import {
  ConnectionGovernor,
  openTenantClient,
  StatementNames,
  tenantErrorOf,
  type TenantClient,
  type TenantClientOptions,
  type TenantDatabaseAddress,
} from '@helpdeskly/tenant-db';
import { TenantDatabases, type TenantDatabaseFixture } from '@helpdeskly/testing/database';

type Settings = Partial<Omit<TenantDatabaseAddress, 'tenantId'>> & TenantClientOptions;

/** A test file's databases and clients, all of which are removed at its end. */
export class Clients {
  readonly databases = new TenantDatabases();
  private readonly statementNames = new StatementNames(); // Other files may have used all of the process's names.
  private readonly opened: TenantClient[] = [];

  async open(
    tenant: TenantDatabaseFixture,
    governor = governing(),
    { breaker, onBroken, ...settings }: Settings = {},
  ): Promise<TenantClient> {
    const { tenantId, host, port, database, role: user, password } = tenant;
    const address = {
      tenantId,
      host,
      port,
      database,
      user,
      password,
      poolMax: 5,
      idleMs: 60_000,
      queryTimeoutMs: 10_000,
      namedStatements: true,
      throughPooler: false,
      ...settings,
    };
    const client = await openTenantClient(address, governor, {
      breaker,
      onBroken,
      statementNames: this.statementNames,
    });
    this.opened.push(client);
    return client;
  }

  /** How many backends of these tenants' roles PostgreSQL counts. */
  async backends(...tenants: TenantDatabaseFixture[]): Promise<number> {
    const [row] = await this.databases.query<{ count: number }>(
      'postgres',
      'SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = ANY ($1)',
      [tenants.map(({ role }) => role)],
    );
    return row?.count ?? 0;
  }

  /** Ends every backend of a tenant, as an administrator would. */
  async kill({ role }: TenantDatabaseFixture): Promise<void> {
    await this.databases.query(
      'postgres',
      'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1',
      [role],
    );
  }

  async end(): Promise<void> {
    try {
      await Promise.all(this.opened.map((client) => client.close()));
    } finally {
      await this.databases.remove();
    }
  }
}

export const governing = (maxConnections = 50, waitMs = 5000) => new ConnectionGovernor({ maxConnections, waitMs });

/** The process behind the connection that answers next. */
export async function pidOf({ prisma }: TenantClient): Promise<number> {
  const rows = await prisma.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
  return rows[0]?.pid ?? 0;
}

/** A query that occupies its connection for `seconds`. It begins at once, while Prisma's own begin when they are awaited. */
export async function busyFor({ prisma }: TenantClient, seconds: number): Promise<unknown> {
  return prisma.$queryRaw`SELECT pg_sleep(${seconds}::float8)::text`;
}

/** The client's error for what `work` throws. */
export async function refusalOf(work: Promise<unknown>): Promise<DomainError | undefined> {
  try {
    await work;
  } catch (error) {
    const refusal = tenantErrorOf(error);
    if (refusal === undefined) throw error;
    return refusal;
  }
  return undefined;
}

/** Waits until `isSo` returns true; otherwise the test's own timeout ends it. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10);
}
