import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  connected,
  DatabaseProxy,
  Installation,
  MigrationsFolder,
  OtherPostgres,
  until,
  urlOf,
  type Caller,
} from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

export interface FleetTenant {
  readonly id: string;
  readonly slug: string;
  readonly databaseName: string;
}

/** A control API with tenants, and a folder of migrations to which tests add. */
export class MigrationFleet {
  readonly tenants: FleetTenant[] = [];
  private readonly servers = new Map<string, string>();
  private readonly added: string[] = [];
  private before: { schemaVersion: string; schemaSetId: string } | undefined;
  private number = 0;

  private constructor(
    readonly installation: Installation,
    readonly folder: MigrationsFolder,
    readonly api: RunningControlApi,
    readonly owner: Caller,
  ) {}

  static async start(count: number): Promise<MigrationFleet> {
    const installation = await Installation.create({ pooled: false });
    const folder = await MigrationsFolder.create();
    const api = await RunningControlApi.start(
      installation.controlConfig({ TENANT_MIGRATIONS_DIR: folder.path, RATE_LIMIT_USER_PER_MINUTE: '0' }),
    );
    const fleet = new MigrationFleet(installation, folder, api, await api.asOwner());
    for (let made = 0; made < count; made++) await fleet.create();
    [fleet.before] = await installation.query<{ schemaVersion: string; schemaSetId: string }>(
      'SELECT "schemaVersion", "schemaSetId" FROM "Tenant"',
    );
    return fleet;
  }

  async stop(): Promise<void> {
    await this.api.stop();
    await this.installation.remove();
    await this.folder.remove();
  }

  /** One more tenant; of the server at `adminUrl` when that is said. */
  async create(adminUrl?: string): Promise<FleetTenant> {
    const { status, body } = await this.owner.post('/tenants', tenantInput(newSlug()), wait);
    if (status !== 201) throw new Error(JSON.stringify(body));
    this.tenants.push(body);
    if (adminUrl !== undefined) this.servers.set(body.databaseName, adminUrl);
    return body;
  }

  /** Ends what runs, and makes as if the test's migrations had never been, but for what they made. */
  async forget(): Promise<void> {
    await this.installation.query(
      `UPDATE "MigrationRun" SET "status" = 'CANCELLED' WHERE "status" IN ('RUNNING', 'SOAKING', 'PAUSED')`,
    );
    await until(async () => {
      const [left] = await this.installation.query(`SELECT FROM "TenantMigration" WHERE "state" = 'RUNNING'`);
      return left === undefined;
    });
    for (const name of this.added.splice(0)) await this.folder.removeMigration(name).catch(() => undefined);
    await this.owner.get('/migrations');
    for (const tenant of this.tenants)
      await this.ask(tenant, `DELETE FROM "_prisma_migrations" WHERE "migration_name" ~ 'rule$'`);
    await this.installation.query('UPDATE "Tenant" SET "schemaVersion" = $1, "schemaSetId" = $2', [
      this.before?.schemaVersion,
      this.before?.schemaSetId,
    ]);
  }

  /** Adds a migration to the folder. */
  async add(sql: string): Promise<string> {
    const name = `2027${String(++this.number).padStart(10, '0')}_rule`;
    await this.folder.write(name, sql);
    this.added.push(name);
    return name;
  }

  urlOf({ databaseName }: FleetTenant): string {
    const url = new URL(this.servers.get(databaseName) ?? urlOf(databaseName));
    url.pathname = `/${databaseName}`;
    return url.href;
  }

  /** In a tenant's database, as a superuser. */
  ask(tenant: FleetTenant, sql: string): Promise<Record<string, unknown>[]> {
    return connected(this.urlOf(tenant), async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
  }

  async begin(input: object = {}): Promise<string> {
    const { status, body } = await this.owner.post('/migration-runs', input);
    if (status !== 202) throw new Error(JSON.stringify(body));
    return body.id;
  }

  async runOf(id: string) {
    return (await this.owner.get(`/migration-runs/${id}`)).body;
  }

  async ended(id: string) {
    await until(async () => {
      const { status, counts } = await this.runOf(id);
      return !['RUNNING', 'SOAKING', 'PAUSED'].includes(status) && counts.running === 0;
    });
    return this.runOf(id);
  }

  async run(input: object = {}) {
    return this.ended(await this.begin(input));
  }

  async statesOf(id: string, query = '') {
    return (await this.owner.get(`/migration-runs/${id}/tenants?limit=100${query}`)).body.data;
  }
}

/** Another server of a fleet's tenants, behind a proxy, with tenants of its own. */
export class SecondServer {
  private constructor(
    private readonly fleet: MigrationFleet,
    private readonly postgres: OtherPostgres,
    private readonly postmaster: number,
    readonly proxy: DatabaseProxy,
    readonly id: string,
    readonly tenants: readonly FleetTenant[],
  ) {}

  static async join(fleet: MigrationFleet, count: number): Promise<SecondServer> {
    const postgres = await OtherPostgres.start();
    const proxy = await DatabaseProxy.start(postgres.adminUrl);
    const adminUrl = proxy.through(postgres.adminUrl);
    const { hostname: host, port } = new URL(adminUrl);
    const input = { name: 'second', host, port: Number(port), adminUrl, maxTenants: 10_000 };
    const { status, body } = await fleet.owner.post('/database-servers', input);
    if (status !== 201) throw new Error(JSON.stringify(body));
    const tenants: FleetTenant[] = [];
    for (let made = 0; made < count; made++) tenants.push(await fleet.create(postgres.adminUrl));
    const data = await connected(postgres.adminUrl, async (client) => {
      const { rows } = await client.query<{ path: string }>(`SELECT current_setting('data_directory') AS path`);
      return rows[0]!.path;
    });
    const postmaster = Number.parseInt(await readFile(join(data, 'postmaster.pid'), 'utf8'), 10);
    return new SecondServer(fleet, postgres, postmaster, proxy, body.id, tenants);
  }

  /** Stops all of its processes where they are, or lets them go on: a stopped server still accepts connections. */
  freeze(signal: 'SIGSTOP' | 'SIGCONT'): void {
    const { postmaster } = this;
    process.kill(postmaster, signal);
    const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
    for (const [pid, parent] of all.map((line) => line.trim().split(/\s+/).map(Number)))
      if (parent === postmaster) process.kill(pid!, signal);
  }

  async leave(): Promise<void> {
    const { owner } = this.fleet;
    this.proxy.treat('pass');
    for (const { id } of this.tenants) await owner.delete(`/tenants/${id}?purge=now`);
    for (const { id } of this.tenants) await until(async () => (await owner.get(`/tenants/${id}`)).status === 404);
    await this.proxy.close();
    await this.postgres.remove();
  }
}
