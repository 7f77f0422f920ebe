import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { call, createTenant, databaseUrl, operatorToken, withClient, type TenantAnswer } from './clients.js';
import { printRow, seconds } from './report.js';
import { startSystem, type System } from './system.js';

const migration = '29990101000000_rewrite';
/** A default that differs from row to row: PostgreSQL writes the table anew, and all of its indexes. */
const rewrite = `-- compatible\nALTER TABLE "Comment" ADD COLUMN "bench" uuid NOT NULL DEFAULT gen_random_uuid();\n`;

interface Rehearsal {
  readonly id: string;
  readonly status: string;
  readonly result: readonly {
    tenantId: string;
    durationMs: number | null;
    rewrites: readonly string[];
    error: string | null;
  }[];
  readonly forecast: { readonly durationMs: number; readonly longestMs: number } | null;
}

interface Run {
  readonly id: string;
  readonly status: string;
}

/**
 * What a rehearsal predicts for a migration that writes a table of `rows` rows anew, beside two tenants with next to none, and what the run takes
 * then. Throws if the rehearsal has left a database behind.
 */
export async function benchRehearsal(rows: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-bench-migrations-'));
  try {
    await cp(fileURLToPath(new URL('../../prisma/tenant/migrations', import.meta.url)), folder, { recursive: true });
    const system = await startSystem({ TENANT_MIGRATIONS_DIR: folder, TENANT_WARM_DATABASES: '0' });
    try {
      const operator = await operatorToken(system);
      const large = await createTenant(system, operator, 'bench-large');
      for (const slug of ['bench-small', 'bench-other']) await createTenant(system, operator, slug);
      await withClient(databaseUrl(system, large), (client) => fill(client, rows));
      await mkdir(join(folder, migration));
      await writeFile(join(folder, migration, 'migration.sql'), rewrite);
      await rehearse(system, large, rows);
    } finally {
      await system.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function rehearse(system: System, large: TenantAnswer, rows: number): Promise<void> {
  const before = await databases(system);
  const began = performance.now();
  const { result, forecast, status } = await ended<Rehearsal>(system, 'migration-rehearsals', {
    migrations: [migration],
  });
  const tookMs = performance.now() - began;
  const found = result.find(({ tenantId }) => tenantId === large.id);
  if (status !== 'DONE' || forecast === null || found?.rewrites.includes('Comment') !== true)
    throw new Error(`the rehearsal ended ${status} with ${JSON.stringify(result)}`);
  const left = async () =>
    (await databases(system)).filter((name) => !before.includes(name) && !name.includes('_template_'));
  // Also what the comparison with the template took, for whose DROP the rehearsal does not wait.
  for (let look = 0; look < 300 && (await left()).length > 0; look++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  const stays = await left();
  if (stays.length > 0) throw new Error(`the rehearsal has left ${stays.join(', ')}`);
  const run = await ended<Run>(system, 'migration-runs', { concurrency: 1 });
  if (run.status !== 'SUCCEEDED') throw new Error(`the run ended ${run.status}`);
  const url = `${system.controlApi}/api/v1/migration-runs/${run.id}/tenants?limit=100`;
  const { body } = await call<{ data: { tenantId: string; startedAt: string; finishedAt: string }[] }>(url, {
    token: await operatorToken(system),
  });
  const real = body.data.find(({ tenantId }) => tenantId === large.id);
  if (real === undefined) throw new Error('the run did not have the large tenant');
  const realMs = Date.parse(real.finishedAt) - Date.parse(real.startedAt);
  const name = `a rewrite of ${rows.toLocaleString('en')} comments`;
  printRow(
    `${name}, as rehearsed, and in the run`,
    seconds(forecast.longestMs),
    seconds(realMs),
    (forecast.longestMs / realMs).toFixed(2),
  );
  printRow('  the rehearsal of three tenants, with their copies', seconds(tookMs), '', '');
}

/** An order over HTTP, and what came of it. */
async function ended<T extends { readonly id: string; readonly status: string }>(
  system: System,
  path: string,
  input: object,
): Promise<T> {
  const url = `${system.controlApi}/api/v1/${path}`;
  const token = await operatorToken(system);
  let { body } = await call<T>(url, { method: 'POST', token, body: input });
  while (!['DONE', 'SUCCEEDED', 'FAILED', 'HALTED'].includes(body.status)) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    ({ body } = await call<T>(`${url}/${body.id}`, { token: await operatorToken(system) }));
  }
  return body;
}

async function databases({ postgres }: System): Promise<readonly string[]> {
  return withClient(postgres.adminUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>('SELECT datname AS name FROM pg_database');
    return rows.map(({ name }) => name);
  });
}

/** Comments of 120 characters on a thousand tickets, as they would be stored; what triggers would make of them is left out. */
async function fill(client: pg.Client, rows: number): Promise<void> {
  await client.query('SET session_replication_role = replica');
  await client.query(
    `INSERT INTO "Ticket" ("number", "title", "description", "authorId", "submittedById")
     SELECT n, 'Ticket ' || n, 'Its description', u."id", u."id" FROM (SELECT "id" FROM "User" LIMIT 1) u, generate_series(1, 1000) n`,
  );
  await client.query('UPDATE "TicketCounter" SET "lastNumber" = 1000');
  await client.query(
    `INSERT INTO "Comment" ("ticketId", "authorId", "body")
     SELECT t.ids[1 + n % 1000], u."id", repeat(md5(n::text), 3) || ' and some more words'
       FROM (SELECT array_agg("id") AS ids FROM "Ticket") t, (SELECT "id" FROM "User" LIMIT 1) u, generate_series(1, $1::int) n`,
    [rows],
  );
  await client.query('RESET session_replication_role');
  await client.query('VACUUM ANALYZE');
}
