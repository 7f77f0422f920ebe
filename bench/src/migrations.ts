import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { call, createTenant, databaseUrl, operatorToken, type TenantAnswer } from './clients.js';
import { printRow, timed } from './report.js';
import { startSystem, type System } from './system.js';

const fleet = 60;
const concurrency = 8;
const catalogued = 10_000;
const statements = (table: string) =>
  `CREATE TABLE "${table}" ("id" uuid PRIMARY KEY, "note" text NOT NULL); ALTER TABLE "Ticket" ADD COLUMN "${table}" text;`;

/** Runs over a fleet: one migration for every tenant against the same statements by bare pg, and a run for which nothing is left to do. */
export async function benchMigrations(): Promise<void> {
  const folder = await copyOfMigrations();
  try {
    const system = await startSystem({ TENANT_MIGRATIONS_DIR: folder, TENANT_WARM_DATABASES: '0' });
    try {
      await benchFleet(system, folder);
    } finally {
      await system.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchFleet(system: System, folder: string): Promise<void> {
  const operator = await operatorToken(system);
  const tenants: TenantAnswer[] = [];
  for (let n = 0; n < fleet; n++) tenants.push(await createTenant(system, operator, `bench-fleet-${n}`));
  const name = '29990101000000_bench';
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'migration.sql'), statements('BenchProduct'));
  const bare = await timed(() => migrateBare(system, tenants));
  const product = await timed(() => run(system, operator, fleet));
  const rate = (count: number, ms: number) => `${Math.round((count / ms) * 1000)} tenants/s`;
  printRow(
    `a migration for ${fleet} tenants, ${concurrency} at a time`,
    rate(fleet, product),
    rate(fleet, bare),
    (product / bare).toFixed(2),
  );
  await copyCatalogRows(system, tenants[0]!);
  const idle = await timed(() => run(system, operator, fleet + catalogued));
  printRow(`a run with nothing to do for ${catalogued + fleet}`, rate(fleet + catalogued, idle), '', '');
}

async function copyOfMigrations(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-bench-migrations-'));
  await cp(fileURLToPath(new URL('../../prisma/tenant/migrations', import.meta.url)), folder, { recursive: true });
  return folder;
}

interface Run {
  readonly id: string;
  readonly status: string;
  readonly counts: { readonly done: number };
}

/** A run from its order to its end, which must have been reached for `count` tenants. */
async function run(system: System, token: string, count: number): Promise<void> {
  const url = `${system.controlApi}/api/v1/migration-runs`;
  let { body } = await call<Run>(url, { method: 'POST', token, body: { concurrency } });
  while (body.status === 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, 20));
    ({ body } = await call<Run>(`${url}/${body.id}`, { token }));
  }
  if (body.status !== 'SUCCEEDED' || body.counts.done !== count)
    throw new Error(`the run ended ${body.status} with ${body.counts.done} of ${count}`);
}

/** The same statements in a transaction for each database, with a row that says so: what any migration tool does at least. */
async function migrateBare(system: System, tenants: readonly TenantAnswer[]): Promise<void> {
  const left = [...tenants];
  const lane = async () => {
    for (let tenant = left.pop(); tenant !== undefined; tenant = left.pop()) {
      const client = new pg.Client(databaseUrl(system, tenant));
      await client.connect();
      try {
        await client.query('CREATE TABLE IF NOT EXISTS "bench_history" ("name" text PRIMARY KEY)');
        await client.query('BEGIN');
        await client.query(statements('BenchBare'));
        await client.query(`INSERT INTO "bench_history" VALUES ('bench')`);
        await client.query('COMMIT');
      } finally {
        await client.end();
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

/** Rows of the catalog like a tenant's, whose databases are not there: a run that has nothing to do for them opens none. */
async function copyCatalogRows(system: System, { id }: TenantAnswer): Promise<void> {
  const url = new URL(system.postgres.adminUrl);
  url.pathname = '/helpdeskly_control';
  const client = new pg.Client(url.href);
  await client.connect();
  try {
    await client.query(
      `INSERT INTO "Tenant" SELECT (jsonb_populate_record(t, jsonb_build_object('id', uuidv7(), 'slug', t."slug" || '-' || n,
         'databaseName', t."databaseName" || n, 'roleName', t."roleName" || n))).*
         FROM "Tenant" t, generate_series(1, $2::int) n WHERE t."id" = $1`,
      [id, catalogued],
    );
  } finally {
    await client.end();
  }
}
