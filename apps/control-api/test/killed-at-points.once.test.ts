import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, Installation, OwnPostgres, ServiceProcess, until, urlOf, type Caller } from '@helpdeskly/testing';
import pg from 'pg';
import { newSlug, RunningControlApi, tenantInput } from './control-client.js';

/** Holds up whoever comes to a point, in the control database itself: no line of the worker knows of it. */
const tripwires = `
  CREATE TABLE test_tripwire (tenant uuid, point text);
  CREATE FUNCTION test_trip(tenant_id uuid, at text) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (SELECT FROM test_tripwire WHERE tenant = tenant_id AND point = at) THEN
      PERFORM pg_advisory_xact_lock_shared(4711);
    END IF;
  END $$;
  CREATE FUNCTION test_step() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW."status" = 'RUNNING' THEN PERFORM test_trip(NEW."tenantId", NEW."name"); END IF;
    RETURN NEW;
  END $$;
  CREATE FUNCTION test_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'DELETE' THEN
      PERFORM test_trip(OLD."id", 'the burial');
      RETURN OLD;
    END IF;
    IF NEW."status" = 'ACTIVE' AND OLD."status" = 'PROVISIONING' THEN PERFORM test_trip(NEW."id", 'the activation'); END IF;
    IF NEW."purgeStartedAt" IS NOT NULL AND OLD."purgeStartedAt" IS NULL THEN PERFORM test_trip(NEW."id", 'the begin of the purge'); END IF;
    IF NEW."credentialGeneration" > OLD."credentialGeneration" THEN PERFORM test_trip(NEW."id", 'the switch'); END IF;
    IF NEW."formerRoleName" IS NULL AND OLD."formerRoleName" IS NOT NULL THEN PERFORM test_trip(NEW."id", 'the end of the former role'); END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER test_step BEFORE UPDATE ON "ProvisioningStep" FOR EACH ROW EXECUTE FUNCTION test_step();
  CREATE TRIGGER test_tenant BEFORE UPDATE OR DELETE ON "Tenant" FOR EACH ROW EXECUTE FUNCTION test_tenant();`;

type Order = 'provision' | 'purge' | 'rotate' | 'retire';

const settings = {
  RATE_LIMIT_USER_PER_MINUTE: '0',
  PROVISIONING_CONCURRENCY: '8',
  TENANT_QUERY_TIMEOUT_MS: '200',
  RECONCILIATION_INTERVAL: '0s',
};

let postgres: OwnPostgres;
let installation: Installation;
let api: RunningControlApi;
let owner: Caller;
let worker: ServiceProcess;

beforeAll(async () => {
  postgres = await OwnPostgres.start();
  installation = await Installation.create();
  api = await RunningControlApi.start(installation.controlConfig(settings), { workers: false });
  owner = await api.asOwner();
  await installation.query(tripwires);
});

afterAll(async () => {
  await worker.stop();
  await api.stop();
  await installation.remove();
  await postgres.remove();
});

async function startWorker(): Promise<void> {
  worker = await ServiceProcess.start('control-worker', { ...installation.environment, ...settings });
}

async function killWorker(): Promise<void> {
  worker.signal('SIGKILL');
  await worker.exit();
}

async function create(): Promise<string> {
  const { status, body } = await owner.post('/tenants', tenantInput(newSlug()));
  expect(status).toBe(202);
  return body.id;
}

async function row(id: string): Promise<Record<string, any> | undefined> {
  const [found] = await installation.query('SELECT * FROM "Tenant" WHERE "id" = $1', [id]);
  return found;
}

/** A tenant for each order, with a worker running: ACTIVE, or '' for one that is yet to be made. */
async function tenantsFor(orders: readonly Order[]): Promise<string[]> {
  await startWorker();
  const tenants = await Promise.all(orders.map(async (order) => (order === 'provision' ? '' : create())));
  const of = (order: Order) => tenants.filter((_, index) => orders[index] === order);
  for (const id of tenants) if (id !== '') await until(async () => (await row(id))?.['status'] === 'ACTIVE');
  for (const id of of('retire')) await owner.post(`/tenants/${id}/credentials/rotate`);
  for (const id of of('retire')) await until(async () => (await row(id))?.['credentialGeneration'] === 2);
  return tenants;
}

/** Answers the tenants, those that are to be made included. */
async function give(orders: readonly Order[], tenants: readonly string[]): Promise<string[]> {
  return Promise.all(
    tenants.map(async (id, index) => {
      if (orders[index] === 'purge') await owner.delete(`/tenants/${id}?purge=now`);
      if (orders[index] === 'rotate') await owner.post(`/tenants/${id}/credentials/rotate`);
      return id === '' ? create() : id;
    }),
  );
}

/** What PostgreSQL has under a tenant's name. */
async function traces(id: string): Promise<{ databases: number; roles: number }> {
  const name = `t_${id.replaceAll('-', '')}`;
  return connected(postgres.adminUrl, async (admin) => {
    const { rows } = await admin.query<{ databases: number; roles: number }>(
      `SELECT (SELECT count(*)::int FROM pg_database WHERE datname = $1) AS databases,
              (SELECT count(*)::int FROM pg_roles WHERE rolname LIKE $1 || '%') AS roles`,
      [name],
    );
    return rows[0] ?? { databases: -1, roles: -1 };
  });
}

/** Within 90 s of the new start, as an operator sees it. */
async function recovered(orders: readonly Order[], tenants: readonly string[]): Promise<void> {
  for (const [index, id] of tenants.entries()) {
    const isGone = orders[index] === 'purge';
    await until(async () => {
      const tenant = await row(id);
      if (isGone) return tenant === undefined;
      expect(tenant?.['status']).not.toBe('FAILED');
      return tenant?.['status'] === 'ACTIVE' && tenant['nextRoleName'] === null && tenant['formerRoleName'] === null;
    });
    expect(await traces(id)).toEqual(isGone ? { databases: 0, roles: 0 } : { databases: 1, roles: 1 });
    const turned = orders[index] === 'rotate' || orders[index] === 'retire';
    if (!isGone) expect((await row(id))?.['credentialGeneration']).toBe(turned ? 2 : 1);
  }
  for (let look = 0; look < 2; look++) await owner.post('/reconciliation/run');
  expect((await owner.get('/reconciliation')).body).toMatchObject({ status: 'CLEAN', open: {} });
  await until(async () => {
    const [jobs] = await installation.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM "bullmq"."job" WHERE "data"::text ~ $1`,
      [tenants.join('|')],
    );
    return jobs?.count === 0;
  });
}

/** Waits until so many are held up, kills the worker there, and lets another one go on. */
async function killAndGoOn(holder: pg.Client, isHeld: string, orders: readonly Order[], tenants: readonly string[]) {
  try {
    await until(async () => {
      const { rows } = await holder.query<{ held: number }>(
        `SELECT count(DISTINCT pid)::int AS held FROM pg_locks WHERE NOT granted AND ${isHeld}`,
      );
      return (rows[0]?.held ?? 0) >= orders.length;
    });
    await killWorker();
  } finally {
    await holder.end();
  }
  await installation.query('DELETE FROM test_tripwire');
  await startWorker();
  await recovered(orders, tenants);
  await worker.stop();
}

async function held(url: string, sql: string): Promise<pg.Client> {
  const holder = new pg.Client(url);
  await holder.connect();
  await holder.query(sql);
  return holder;
}

/** What is held up, and where. */
const points: readonly (readonly [Order, string])[] = [
  ['provision', 'ensureRole'],
  ['provision', 'ensureDatabase'],
  ['provision', 'ensureMigrations'],
  ['provision', 'ensureAdmin'],
  ['provision', 'verify'],
  ['provision', 'activate'],
  ['provision', 'the activation'],
  ['purge', 'the begin of the purge'],
  ['purge', 'the burial'],
  ['rotate', 'the switch'],
  ['retire', 'the end of the former role'],
];

describe('a worker killed at a named point', () => {
  it('before each step of provisioning, and before the commits of activation, deletion and rotation, leaves nothing undone', async () => {
    const orders = points.map(([order]) => order);
    const existing = await tenantsFor(orders);
    await killWorker();
    const tenants = await give(orders, existing);
    const holder = await held(urlOf(installation.database), 'SELECT pg_advisory_lock(4711)');
    for (const [index, id] of tenants.entries())
      await holder.query('INSERT INTO test_tripwire VALUES ($1, $2)', [id, points[index]?.[1]]);
    await startWorker();
    await killAndGoOn(holder, `locktype = 'advisory' AND objid = 4711`, orders, tenants);
  });

  // Nobody writes to one of the server's own tables while it is held.
  it.each<[string, string, Order[]]>([
    ['making roles and shutting them', 'pg_authid', ['provision', 'rotate', 'purge']],
    ['making, opening and dropping databases', 'pg_database', ['provision', 'purge']],
  ])(
    'while %s leaves nothing undone',
    async (_, table, orders) => {
      const existing = await tenantsFor(orders);
      const holder = await held(postgres.adminUrl, `BEGIN; LOCK TABLE pg_catalog.${table} IN SHARE MODE`);
      const tenants = await give(orders, existing);
      await killAndGoOn(holder, `relation = 'pg_catalog.${table}'::regclass`, orders, tenants);
    },
    120_000,
  );
});
