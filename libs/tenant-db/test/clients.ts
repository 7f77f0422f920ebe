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

/** Databases and clients of one test file, all of them gone at its end. */
export class Clients {
  readonly databases = new TenantDatabases();
  private readonly statementNames = new StatementNames(); // Other files may have used up the process's.
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

  /** Backends of these tenants' roles together, as PostgreSQL counts them. */
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

/** A query that keeps its connection for so many seconds; begun at once, where Prisma's own begin when they are awaited. */
export async function busyFor({ prisma }: TenantClient, seconds: number): Promise<unknown> {
  return prisma.$queryRaw`SELECT pg_sleep(${seconds}::float8)::text`;
}

/** What a client would be told of what this threw. */
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

/** Waits until it is so; fails with the test's own timeout when it never is. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10);
}
