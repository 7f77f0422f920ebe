import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secrets } from '@helpdeskly/catalog';
import {
  asAdmin,
  connected,
  OwnPostgres,
  startSystem,
  until,
  urlOf,
  type System,
  type TestTenant,
} from '@helpdeskly/testing';
import pg from 'pg';
import { Registry } from 'prom-client';
import { ServerConnections } from '../src/server-connections/server-connections.js';
import { SessionWatch, type WatchLimits } from '../src/isolation/session-watch.js';
import { ControlLocks } from '../src/locks/control-locks.js';

/** What is long here; the product waits for seconds. */
const limits = { statementMs: 200, transactionMs: 200, strangerMs: 400, ageMs: 600, queueUsage: 1 };
/** Where nothing is long. */
const patient = { statementMs: 60_000, transactionMs: 60_000, strangerMs: 60_000, ageMs: 60_000, queueUsage: 1 };

/** It ends sessions of every tenant on a server, those of other files' included. */
let postgres: OwnPostgres;
let system: System;
let tenant: TestTenant;
let watch: SessionWatch;
let registry: Registry;
let watching: (limits: WatchLimits, registry?: Registry) => SessionWatch;

beforeAll(async () => {
  postgres = await OwnPostgres.start();
  system = await startSystem({ pooled: false, control: { SESSION_WATCH_INTERVAL: '0s' } });
  tenant = await system.createTenant();
  const { controlApp } = system;
  const servers = controlApp.get(ServerConnections, { strict: false });
  const locks = controlApp.get(ControlLocks, { strict: false });
  watching = (by, registry = new Registry()) => new SessionWatch(servers, locks, by, registry);
  registry = new Registry();
  watch = watching(limits, registry);
});
afterAll(async () => {
  await system.close();
  await postgres.remove();
});

/** A session by the tenant's credential, and how it ended; undefined while it lives. */
async function session(statement: string, application = 'helpdeskly-app') {
  const [row] = await system.installation.query<{ secret: string }>(
    'SELECT "roleSecret" AS "secret" FROM "Tenant" WHERE "id" = $1',
    [tenant.id],
  );
  const secrets = new Secrets(system.installation.controlConfig().encryptionKeys);
  const password = secrets.open(row?.secret ?? '', tenant.id);
  const connectionString = urlOf(tenant.databaseName, { name: tenant.roleName, password });
  const client = new pg.Client({ connectionString, application_name: application });
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
  async function isEndedFor(reason: string, { asked, lives, ended }: Awaited<ReturnType<typeof session>>) {
    const before = (await counted(reason)) ?? 0;
    await until(async () => {
      await watch.run();
      return !(await lives());
    });
    await asked;
    await until(() => Promise.resolve(ended() !== undefined));
    expect(ended()).toBe('57P01'); // admin_shutdown
    expect(await counted(reason)).toBe(before + 1);
  }

  it.each([
    ['statement', 'SELECT pg_sleep(60)'],
    ['transaction', 'BEGIN; SELECT FROM "Ticket"'],
    ['transaction', 'BEGIN; LISTEN everything'],
    ['transaction', 'BEGIN; LOCK TABLE "Ticket"'],
  ])('is ended when its %s takes too long, whatever limits it has set for itself: %s', async (reason, statement) => {
    await isEndedFor(reason, await session(statement));
  });

  it.each(['LISTEN everything', '/* x */ LISTEN everything', '  -- y\n LISTEN everything', 'SELECT 1'])(
    'is ended when it has lived longer than app-api’s, whatever its last query looks like: %s',
    async (statement) => {
      const one = await session(statement);
      await one.asked;
      if (statement !== 'SELECT 1') await one.client.query('SELECT 1');
      await isEndedFor('age', one);
    },
  );

  it('is ended when it goes on asking, too', async () => {
    const one = await session('/* x */ LISTEN everything');
    await until(async () => {
      await one.client.query('SELECT 1').catch(() => undefined);
      await watch.run();
      return !(await one.lives());
    });
  });

  it.each(['psql', '', 'helpdeskly'])('is ended earlier when it calls itself "%s"', async (application) => {
    const one = await session('LISTEN everything', application);
    await one.asked;
    const earlier = watching({ ...limits, ageMs: 60_000 });
    await until(async () => {
      await earlier.run();
      return !(await one.lives());
    });
    expect(one.ended()).toBe('57P01');
  });

  it.each([
    ['holds', 'SELECT pg_advisory_lock(72707369)'],
    ['holds in shared mode', 'SELECT pg_advisory_lock_shared(72707369)'],
    ['holds in a transaction', 'BEGIN; SELECT pg_advisory_xact_lock(72707369)'],
  ])('is ended when it %s the lock of migrations, however young it is', async (_, statement) => {
    const one = await session(statement);
    await one.asked;
    await watching(patient).run();
    await until(async () => !(await one.lives()));
    const { rows } = await connected(urlOf(tenant.databaseName), (admin) =>
      admin.query('SELECT pg_try_advisory_lock(72707369) AS free'),
    );
    expect(rows).toEqual([{ free: true }]);
  });

  it('is ended when notifications pile up', async () => {
    const one = await session('SELECT 1');
    await one.asked;
    await watching(patient).run();
    expect(await one.lives()).toBe(true);
    await until(async () => {
      await watching({ ...patient, statementMs: 1, queueUsage: -1 }).run(); // Any queue is too full.
      return !(await one.lives());
    });
  });

  it('is left alone while it does what app-api does, and so are sessions of others', async () => {
    const mine = await session('SELECT 1');
    await mine.asked;
    await asAdmin(async (other) => {
      await other.query('BEGIN; SELECT pg_advisory_lock(72707369)');
      for (let looks = 0; looks < 3; looks++) {
        await other.query('SELECT pg_sleep(0.15)');
        await watching({ ...limits, ageMs: 60_000 }).run();
      }
      await other.query('COMMIT');
    });
    expect(await mine.lives()).toBe(true);
    await mine.client.end();
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
