import pg from 'pg';
import { admin, call, createTenant } from './clients.js';
import { seedLargeHelpdesk } from './large-helpdesk.js';
import { benchPages } from './pages.js';
import { benchSearch } from './search.js';
import type { System } from './system.js';
import { benchViewCounts } from './view-counts.js';

/** What agents of a large helpdesk wait for: 100,000 tickets with 300,000 comments. */
export async function benchHelpdesk(system: System, operator: string): Promise<void> {
  const tenant = await createTenant(system, operator, 'bench-large');
  const database = new URL(system.postgres.adminUrl);
  database.pathname = `/${tenant.databaseName}`;
  const client = new pg.Client(database.href);
  await client.connect();
  try {
    await seedLargeHelpdesk(client);
    const slug = { 'x-tenant-slug': tenant.slug };
    const { body } = await call<{ accessToken: string; user: { id: string } }>(`${system.appApi}/api/v1/auth/login`, {
      method: 'POST',
      headers: slug,
      body: { email: admin.email, password: admin.password },
    });
    const agent = {
      origin: system.appApi,
      headers: { ...slug, authorization: `Bearer ${body.accessToken}` },
      id: body.user.id,
    };
    await benchSearch(client, agent);
    await benchPages(agent);
    await benchViewCounts(client, agent);
  } finally {
    await client.end();
  }
}
