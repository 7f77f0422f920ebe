import pg from 'pg';
import { createTenant, databaseUrl, signIn } from './clients.js';
import { seedLargeHelpdesk } from './large-helpdesk.js';
import { benchPages } from './pages.js';
import { benchSearch } from './search.js';
import type { System } from './system.js';
import { benchViewCounts } from './view-counts.js';

/** What agents of a large helpdesk wait for: 100,000 tickets with 300,000 comments. */
export async function benchHelpdesk(system: System, operator: string): Promise<void> {
  const tenant = await createTenant(system, operator, 'bench-large');
  const client = new pg.Client(databaseUrl(system, tenant));
  await client.connect();
  try {
    await seedLargeHelpdesk(client);
    const agent = { origin: system.appApi, ...(await signIn(system, tenant)) };
    await benchSearch(client, agent);
    await benchPages(agent);
    await benchViewCounts(client, agent);
  } finally {
    await client.end();
  }
}
