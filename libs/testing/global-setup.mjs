// Gives all test files one real PostgreSQL server: the one that HELPDESKLY_TEST_ADMIN_URL names, or an embedded one.
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareTenantServer, startEmbeddedPostgres } from '@helpdeskly/embedded-postgres';

export default async function globalSetup() {
  await startServer();
  await prepareTenantServer(process.env.HELPDESKLY_TEST_ADMIN_URL, 'administrator'); // As libs/testing/src/administrator.ts signs in.
}

async function startServer() {
  if (process.env.HELPDESKLY_TEST_ADMIN_URL) return;
  const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-test-'));
  await chmod(folder, 0o711); // Started by root, the server runs as somebody else, who has to get to its own folder in here.
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    password: 'test',
    volatile: true,
    settings: { autovacuum_naptime: '10s' },
  });
  process.env.HELPDESKLY_TEST_ADMIN_URL = server.adminUrl;
  globalThis.helpdesklyTestServer = { server, folder };
}
