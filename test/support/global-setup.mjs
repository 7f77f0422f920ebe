// Gives all test files one real PostgreSQL server: the one that HELPDESKLY_TEST_ADMIN_URL names, or an embedded one.
import { join } from 'node:path';
import { prepareTenantServer, startEmbeddedPostgres } from '@helpdeskly/embedded-postgres';
import { serverFolder } from './server-folder.mjs';

export default async function globalSetup() {
  await startServer();
  await prepareTenantServer(process.env.HELPDESKLY_TEST_ADMIN_URL, 'administrator'); // As test/support/src/administrator.ts signs in.
}

async function startServer() {
  if (process.env.HELPDESKLY_TEST_ADMIN_URL) return;
  const folder = await serverFolder('test');
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    password: 'test',
    volatile: true,
    settings: {
      autovacuum_naptime: '10min', // It would visit each of some hundred databases as often.
      max_connections: '1000', // Each of a file's processes may hold a hundred of its tenants', and files run beside one another.
    },
  });
  process.env.HELPDESKLY_TEST_ADMIN_URL = server.adminUrl;
  globalThis.helpdesklyTestServer = { server, folder };
}
