import pg from 'pg';
import { createTenant } from './clients.js';
import { median, milliseconds, percentile, printRow, timed } from './report.js';
import type { System } from './system.js';

const count = 20;
/** As many as are used up, and those that are used to warm up. */
export const warmDatabases = count + 5;

/** `POST /tenants` to 201 ACTIVE, one after the other, against a bare CREATE DATABASE from the same template, in turns. */
export async function benchProvisioning(system: System, operator: string, how: string): Promise<void> {
  const client = new pg.Client(system.postgres.adminUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT datname AS name FROM pg_database WHERE datistemplate AND datname LIKE 'helpdeskly%'`,
    );
    const template = rows[0]?.name;
    if (template === undefined) throw new Error('there is no template database');
    if (how === 'from a warm database') await filled(client);
    await createTenant(system, operator, 'bench-warm-up');
    const ours: number[] = [];
    const bare: number[] = [];
    for (let n = 0; n < count; n++) {
      bare.push(
        await timed(() => client.query(`CREATE DATABASE bench_bare_${n} TEMPLATE ${pg.escapeIdentifier(template)}`)),
      );
      ours.push(await timed(() => createTenant(system, operator, `bench-create-${n}`)));
    }
    const show = (sample: number[]) => `${milliseconds(median(sample))} (p95 ${milliseconds(percentile(sample, 95))})`;
    printRow(`POST /tenants ${how}, p50`, show(ours), show(bare), (median(ours) / median(bare)).toFixed(2));
  } finally {
    await client.end();
  }
}

/** Until all warm databases are there. */
async function filled(client: pg.Client): Promise<void> {
  const missing = async () => {
    const { rowCount } = await client.query(`SELECT FROM pg_database WHERE datname LIKE 'helpdeskly_warm%'`);
    return (rowCount ?? 0) < warmDatabases;
  };
  while (await missing()) await new Promise((resolve) => setTimeout(resolve, 200));
}
