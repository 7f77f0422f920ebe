// Gives all test files one real PostgreSQL server: the one that HELPDESKLY_TEST_ADMIN_URL names, or an embedded one.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@helpdeskly/embedded-postgres';

export default async function globalSetup() {
  if (process.env.HELPDESKLY_TEST_ADMIN_URL) return;
  const dataDir = await mkdtemp(join(tmpdir(), 'helpdeskly-test-'));
  const server = await startEmbeddedPostgres({ dataDir, password: 'test', volatile: true, settings: { autovacuum_naptime: '10s' } });
  process.env.HELPDESKLY_TEST_ADMIN_URL = server.adminUrl;
  globalThis.helpdesklyTestServer = { server, dataDir };
}
