import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { call, createTenant, databaseUrl, operatorToken, type TenantAnswer } from './clients.js';
import { median, printRow, timed } from './report.js';
import { startSystem, type System } from './system.js';

/** As many at a time in the product's run, and in its drift check. */
const concurrency = 8;
const rounds = 3;
const catalogued = 10_000;
const alter = (column: string) => `ALTER TABLE "Ticket" ADD COLUMN "${column}" text`;

/**
 * Work over a fleet of `count` tenants, each against a bare pg loop of the same concurrency, in turns: a drift check, one ALTER for every
 * tenant; and a run for which nothing is left to do.
 */
export async function benchFleet(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-bench-migrations-'));
  try {
    await cp(fileURLToPath(new URL('../../prisma/tenant/migrations', import.meta.url)), folder, { recursive: true });
    const system = await startSystem({ TENANT_MIGRATIONS_DIR: folder, TENANT_WARM_DATABASES: '0' });
    try {
      await new Fleet(system, folder, await tenantsOf(system, count)).measure();
    } finally {
      await system.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tenantsOf(system: System, count: number): Promise<readonly TenantAnswer[]> {
  const tenants: TenantAnswer[] = [];
  const operator = await operatorToken(system);
  while (tenants.length < count) tenants.push(await createTenant(system, operator, `bench-fleet-${tenants.length}`));
  return tenants;
}

interface Job {
  readonly id: string;
  readonly status: string;
  readonly counts?: { readonly done: number };
  readonly progress?: { readonly done: number; readonly drifted: number; readonly failed: number };
}

class Fleet {
  constructor(
    private readonly system: System,
    private readonly folder: string,
    private readonly tenants: readonly TenantAnswer[],
  ) {}

  async measure(): Promise<void> {
    const { length } = this.tenants;
    await this.compare(
      `a drift check of ${length} tenants`,
      () => this.checkDrift(),
      () => this.bare(readCatalog),
    );
    await this.compare(
      `one ALTER for ${length} tenants, ${concurrency} at a time`,
      (round) => this.migrate(round),
      (round) => this.bare((client) => alterBare(client, `BenchBare${round}`)),
    );
    await copyCatalogRows(this.system, this.tenants[0]!, catalogued);
    const all = length + catalogued;
    const idle = await timed(() => this.run(all));
    printRow(`a run with nothing to do for ${all}`, rate(all, idle), '', '');
  }

  private async compare(
    name: string,
    product: (round: number) => Promise<void>,
    bare: (round: number) => Promise<void>,
  ): Promise<void> {
    const taken = { product: [] as number[], bare: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      taken.bare.push(await timed(() => bare(round)));
      taken.product.push(await timed(() => product(round)));
    }
    const [ours, theirs] = [median(taken.product), median(taken.bare)];
    const { length } = this.tenants;
    printRow(name, rate(length, ours), rate(length, theirs), (theirs / ours).toFixed(2));
  }

  private async migrate(round: number): Promise<void> {
    const name = `2999010100000${round}_bench`;
    await mkdir(join(this.folder, name));
    await writeFile(join(this.folder, name, 'migration.sql'), `-- compatible\n${alter(`BenchProduct${round}`)};\n`);
    await this.run(this.tenants.length);
  }

  /** A run from its order to its end, which must have been reached for `count` tenants. */
  private async run(count: number): Promise<void> {
    const { status, counts } = await this.order('migration-runs', { concurrency });
    if (status !== 'SUCCEEDED' || counts?.done !== count)
      throw new Error(`the run ended ${status} with ${counts?.done} of ${count}`);
  }

  private async checkDrift(): Promise<void> {
    const { status, progress } = await this.order('drift-checks', {});
    if (status !== 'DONE' || progress?.done !== this.tenants.length || progress.drifted + progress.failed > 0)
      throw new Error(`the drift check ended ${status} with ${JSON.stringify(progress)}`);
  }

  private async order(path: string, input: object): Promise<Job> {
    const token = await operatorToken(this.system);
    const url = `${this.system.controlApi}/api/v1/${path}`;
    let { body } = await call<Job>(url, { method: 'POST', token, body: input });
    while (body.status === 'RUNNING') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      ({ body } = await call<Job>(`${url}/${body.id}`, { token }));
    }
    return body;
  }

  /** `work` on a connection of its own for each tenant. */
  private async bare(work: (client: pg.Client) => Promise<void>): Promise<void> {
    const left = [...this.tenants];
    const lane = async () => {
      for (let tenant = left.pop(); tenant !== undefined; tenant = left.pop()) {
        const client = new pg.Client(databaseUrl(this.system, tenant));
        await client.connect();
        await work(client).finally(() => client.end());
      }
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
  }
}

/** The same statement in a transaction, with a row that says so: what any migration tool does at least. */
async function alterBare(client: pg.Client, column: string): Promise<void> {
  await client.query('CREATE TABLE IF NOT EXISTS "bench_history" ("name" text PRIMARY KEY)');
  await client.query('BEGIN');
  await client.query(alter(column));
  await client.query('INSERT INTO "bench_history" VALUES ($1)', [column]);
  await client.query('COMMIT');
}

/** One query over everything that the catalog says of columns. */
async function readCatalog(client: pg.Client): Promise<void> {
  await client.query(
    `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0`,
  );
}

const rate = (count: number, ms: number) => `${Math.round((count / ms) * 1000)} tenants/s`;

/** Rows of the catalog like a tenant's, whose databases are not there: a run that has nothing to do for them opens none. */
export async function copyCatalogRows(system: System, { id }: TenantAnswer, count: number): Promise<void> {
  const url = new URL(system.postgres.adminUrl);
  url.pathname = '/helpdeskly_control';
  const client = new pg.Client(url.href);
  await client.connect();
  try {
    await client.query(
      `INSERT INTO "Tenant" SELECT (jsonb_populate_record(t, jsonb_build_object('id', uuidv7(), 'slug', t."slug" || '-' || n,
         'databaseName', t."databaseName" || n, 'roleName', t."roleName" || n))).*
         FROM "Tenant" t, generate_series(1, $2::int) n WHERE t."id" = $1`,
      [id, count],
    );
  } finally {
    await client.end();
  }
}
