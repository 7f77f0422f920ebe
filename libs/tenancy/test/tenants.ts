import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CatalogTenant, Secrets, TenantCatalog } from '@helpdeskly/catalog';
import { ConnectionGovernor, type PrismaClient } from '@helpdeskly/tenant-db';
import { type Lease, TenantClientFactory, type TenantClientFactoryOptions } from '@helpdeskly/tenancy';
import { TenantDatabases, type TenantDatabaseFixture, urlOf } from '@helpdeskly/testing/database';

type Settings = Partial<TenantClientFactoryOptions> & { readonly maxConnections?: number; readonly waitMs?: number };

/** A tenant in the catalog, with its own database. */
export interface TestTenant extends TenantDatabaseFixture {
  readonly slug: string;
}

/** A control database with tenants, and what the tests build on it. */
export class Tenants {
  readonly databases = new TenantDatabases();
  readonly secrets = new Secrets([{ id: 'k1', key: randomBytes(32) }]);
  readonly faults: string[] = [];
  private control = '';
  private serverId = '';
  private readonly closers: (() => Promise<void>)[] = [];

  async start(): Promise<this> {
    this.control = await this.databases.create('control');
    const { hostname, port } = new URL(urlOf(this.control));
    const [server] = await this.query<{ id: string }>(
      `INSERT INTO "DatabaseServer" ("name", "host", "port", "adminSecret", "maxTenants") VALUES ('default', $1, $2, '', 100) RETURNING "id"`,
      [hostname, Number(port)],
    );
    this.serverId = server?.id ?? '';
    return this;
  }

  async add(): Promise<TestTenant> {
    const tenant = await this.databases.add();
    const slug = `t-${randomBytes(5).toString('hex')}`;
    await this.query(
      `INSERT INTO "Tenant" ("id", "slug", "name", "status", "plan", "maxConnections", "requestsPerMinute", "serverId",
                             "databaseName", "roleName", "roleSecret", "adminEmail", "adminName")
       VALUES ($1, $2, $2, 'ACTIVE', 'standard', 20, 1000, $3, $4, $5, $6, 'a@b.c', 'A')`,
      [
        tenant.tenantId,
        slug,
        this.serverId,
        tenant.database,
        tenant.role,
        this.secrets.seal(tenant.password, tenant.tenantId),
      ],
    );
    return { ...tenant, slug };
  }

  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]> {
    return this.databases.query(this.control, sql, values);
  }

  /** A factory with its own catalog, as each process of app-api has. */
  async process(settings: Settings = {}): Promise<Process> {
    const catalog = new TenantCatalog(urlOf(this.control));
    await catalog.start();
    const { maxConnections = 30, waitMs = 10_000, ...options } = settings;
    const governor = new ConnectionGovernor({ maxConnections, waitMs });
    const factory = new TenantClientFactory(catalog, this.secrets, governor, {
      maxClients: 100,
      idleMs: 60_000,
      poolMax: 5,
      queryTimeoutMs: 10_000,
      pooler: undefined,
      onFault: (fault) => this.faults.push(fault),
      ...options,
    });
    const running = new Process(catalog, factory, governor);
    this.closers.push(() => running.close());
    return running;
  }

  async end(): Promise<void> {
    try {
      for (const close of this.closers) await close();
    } finally {
      await this.databases.remove();
    }
  }

  /** How many backends of a tenant's role PostgreSQL counts. */
  async backends({ role }: TestTenant): Promise<number> {
    const rows = await this.databases.query('postgres', 'SELECT FROM pg_stat_activity WHERE usename = $1', [role]);
    return rows.length;
  }

  /** Closes the database: nobody may connect, and all sessions end. */
  async takeAway({ database }: TestTenant): Promise<void> {
    await this.databases.query('postgres', `ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
    await this.databases.query(
      'postgres',
      'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1',
      [database],
    );
  }

  async bringBack({ database }: TestTenant): Promise<void> {
    await this.databases.query('postgres', `ALTER DATABASE ${database} ALLOW_CONNECTIONS true`);
  }
}

export class Process {
  private closing: Promise<void> | undefined;

  constructor(
    readonly catalog: TenantCatalog,
    readonly factory: TenantClientFactory,
    readonly governor: ConnectionGovernor,
  ) {}

  async known({ slug }: TestTenant): Promise<CatalogTenant> {
    const tenant = await this.catalog.find(slug);
    if (tenant === undefined) throw new Error(`${slug} is not in the catalog`);
    return tenant;
  }

  async acquire(tenant: TestTenant): Promise<Lease> {
    return this.factory.acquire(await this.known(tenant));
  }

  async with<T>(tenant: TestTenant, work: (prisma: PrismaClient) => Promise<T>): Promise<T> {
    const lease = await this.acquire(tenant);
    try {
      return await work(lease.client.prisma);
    } finally {
      lease.release();
    }
  }

  close(): Promise<void> {
    this.closing ??= this.factory.close().then(() => this.catalog.close());
    return this.closing;
  }
}

/** Waits until `isSo` returns true; otherwise the test's own timeout ends it. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10);
}

export const fulfilled = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );
