import pg from 'pg';
import { inDatabase } from '../database-url.js';
import type { DemoTenant, Runtime } from '../runtime.js';
import { Control, type TenantAnswer } from '../control.js';
import { admin, people } from './people.js';
import { seedHelpdesk } from './seed.js';

const slug = 'acme';

/**
 * The demo tenant, made like any other by the control API, with some weeks of a helpdesk's work in it. Safe to repeat.
 * Undefined, with the reason on the terminal, when there is none to show: nothing else depends on it.
 */
export async function ensureDemo(
  runtime: Omit<Runtime, 'demo' | 'mail'>,
  password: string,
): Promise<DemoTenant | undefined> {
  try {
    const control = await Control.signIn(runtime);
    const tenant =
      (await control.find(slug)) ??
      (await control.create(slug, 'Acme Outdoor', { email: admin.email, name: admin.name, password }));
    const isOurs = await withDatabase(runtime, tenant, async (client) => {
      const { rowCount } = await client.query('SELECT 1 FROM "User" WHERE "emailKey" = $1', [admin.email]);
      if (rowCount === 0) return false;
      if (tenant.status === 'ACTIVE') await seedHelpdesk(client, password);
      return true;
    });
    if (!isOurs) throw new Error(`the tenant ${slug} is somebody's own`);
    return { slug, appUrl: tenant.appUrl, users: people.map(({ email, role }) => ({ email, password, role })) };
  } catch (error) {
    console.log(`  No demo tenant: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function withDatabase<T>(
  { postgres }: Omit<Runtime, 'demo' | 'mail'>,
  tenant: TenantAnswer,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(inDatabase(postgres.adminUrl, tenant.databaseName));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
