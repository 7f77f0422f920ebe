import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secrets } from '@helpdeskly/catalog';
import { asAdmin, startSystem, until, urlOf, type System, type TestTenant } from '@helpdeskly/testing';
import pg from 'pg';
import { Registry } from 'prom-client';
import { ServerConnections } from '../src/database-servers/server-connections.js';
import { SessionWatch } from '../src/isolation/session-watch.js';
import { ControlLocks } from '../src/locks/control-locks.js';

/** What is long here; the product waits for seconds. */
const limits = { statementMs: 200, transactionMs: 200, queueUsage: 1 };

let system: System;
let tenant: TestTenant;
let watch: SessionWatch;
const registry = new Registry();

beforeAll(async () => {
  system = await startSystem({ pooled: false, control: { SESSION_WATCH_INTERVAL: '0s' } });
  tenant = await system.createTenant();
  const { controlApp } = system;
  const servers = controlApp.get(ServerConnections, { strict: false });
  watch = new SessionWatch(servers, controlApp.get(ControlLocks, { strict: false }), limits, registry);
});
afterAll(() => system.close());

/** A session by the tenant's credential, and how it ended; undefined while it lives. */
async function session(statement: string) {
  const [row] = await system.installation.query<{ secret: string }>(
    'SELECT "roleSecret" AS "secret" FROM "Tenant" WHERE "id" = $1',
    [tenant.id],
  );
  const secrets = new Secrets(system.installation.controlConfig().encryptionKeys);
  const password = secrets.open(row?.secret ?? '', tenant.id);
  const client = new pg.Client(urlOf(tenant.databaseName, { name: tenant.roleName, password }));
  let ended: string | undefined;
  client.on('error', (error: Error & { code?: string }) => (ended ??= error.code ?? error.message));
  await client.connect();
  await client.query('SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0');
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const asked = client.query(statement).catch((error: { code?: string }) => (ended ??= error.code));
  const pid = rows[0]?.pid;
  const lives = () =>
    asAdmin(async (admin) => (await admin.query('SELECT FROM pg_stat_activity WHERE pid = $1', [pid])).rowCount === 1);
  return { client, asked, lives, ended: () => ended };
}

const counted = async (reason: string) =>
  (await registry.getSingleMetric('helpdeskly_tenant_sessions_ended_total')?.get())?.values.find(
    ({ labels }) => labels['reason'] === reason,
  )?.value;

describe('a session by a tenant’s credential', () => {
  it.each([
    ['statement', 'SELECT pg_sleep(60)'],
    ['transaction', 'BEGIN; SELECT FROM "Ticket"'],
    ['transaction', 'BEGIN; LISTEN everything'],
    ['listen', 'LISTEN everything'],
  ])('is ended when its %s takes too long, whatever limits it has set for itself: %s', async (reason, statement) => {
    const before = (await counted(reason)) ?? 0;
    const { asked, lives, ended } = await session(statement);
    await until(async () => {
      await watch.run();
      return !(await lives());
    });
    await asked;
    await until(() => Promise.resolve(ended() !== undefined));
    expect(ended()).toBe('57P01'); // admin_shutdown
    expect(await counted(reason)).toBe(before + 1);
  });

  it('is left alone while it is idle, and so are sessions of others', async () => {
    const idle = await session('SELECT 1');
    await idle.asked;
    await asAdmin(async (other) => {
      await other.query('BEGIN');
      for (let looks = 0; looks < 3; looks++) {
        await other.query('SELECT pg_sleep(0.15)');
        await watch.run();
      }
      await other.query('COMMIT');
    });
    expect(await idle.lives()).toBe(true);
    await idle.client.end();
  });

  it('may write to disk what its role may, and cannot lift that limit', async () => {
    const { client, asked } = await session('SELECT 1');
    await asked;
    const { rows } = await client.query(`SELECT current_setting('temp_file_limit') AS limit`);
    expect(rows).toEqual([{ limit: '1GB' }]);
    await expect(client.query('SET temp_file_limit = -1')).rejects.toMatchObject({ code: '42501' });
    await expect(client.query('ALTER ROLE CURRENT_USER SET temp_file_limit = -1')).rejects.toMatchObject({
      code: '42501',
    });
    await client.end();
  });
});
