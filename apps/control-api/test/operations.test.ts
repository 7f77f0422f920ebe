import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@helpdeskly/embedded-postgres';
import { asAdmin, Installation, type Caller } from '@helpdeskly/testing';
import { createControlApi, createControlWorker } from 'control-api';
import { Metrics, startMetricsServer } from '@helpdeskly/service';
import { Housekeeping } from '../src/edge/housekeeping.js';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;

beforeAll(async () => {
  installation = await Installation.create();
  api = await RunningControlApi.start(installation.controlConfig());
  owner = await api.asOwner();
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

describe('health', () => {
  it('names the control database and the queue', async () => {
    for (const path of ['/health', '/health/ready']) {
      const { status, body } = await api.anonymous().get(path);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        status: 'UP',
        service: 'control-api',
        checks: { 'control-database': 'UP', queue: 'UP' },
      });
    }
    expect((await api.anonymous().get('/health/live')).body).toMatchObject({ status: 'UP', checks: {} });
  });
});

describe('metrics', () => {
  it('show how deep the queue is and how long each step takes', async () => {
    await owner.post('/tenants', tenantInput(newSlug()), wait);
    const server = await startMetricsServer(api.app.get(Metrics, { strict: false }), '127.0.0.1', 0);
    const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
    await server.close();
    expect(text).toContain('helpdeskly_queue_jobs{queue="provisioning",state="waiting"}');
    for (const step of ['ensureRole', 'ensureDatabase', 'ensureMigrations', 'ensureAdmin', 'verify', 'activate']) {
      expect(text).toMatch(
        new RegExp(`helpdeskly_provisioning_step_seconds_count\\{step="${step}",outcome="done"\\} [1-9]`),
      );
    }
    expect(text).toContain(
      'helpdeskly_http_request_duration_seconds_count{method="POST",route="/api/v1/tenants",status="201"}',
    );
    expect(text).not.toMatch(/acme/);
  });

  it('are not on the public port', async () => {
    const answer = await fetch(`${api.origin}/metrics`);
    expect(answer.status).toBe(404);
  });
});

describe('the start', () => {
  it('is the same a second time, and from two processes at once', async () => {
    const fresh = await Installation.create({ empty: true });
    try {
      const apps = await Promise.all([
        createControlApi(fresh.controlConfig()),
        createControlApi(fresh.controlConfig()),
      ]);
      await Promise.all(apps.map((app) => app.close()));
      const again = await createControlApi(fresh.controlConfig());
      await again.close();
      const rows = await fresh.query(
        `SELECT (SELECT count(*)::int FROM "Operator") AS operators, (SELECT count(*)::int FROM "DatabaseServer") AS servers,
                (SELECT count(*)::int FROM "SigningKey") AS keys`,
      );
      expect(rows).toEqual([{ operators: 1, servers: 1, keys: 2 }]);
    } finally {
      await fresh.remove();
    }
  });

  it('refuses when a key is missing that sealed something in use', async () => {
    const other = `k2:${Buffer.alloc(32, 7).toString('base64')}`;
    await expect(createControlApi(installation.controlConfig({ ENCRYPTION_KEYS: other }))).rejects.toThrow(
      /ENCRYPTION_KEYS does not hold the key k1/,
    );
  });

  it('goes on without the tenant server, whose tenants come to life when it is back', async () => {
    const fresh = await Installation.create();
    const away = `postgres://postgres:x@127.0.0.1:${await freePort()}/postgres`;
    const without = await RunningControlApi.start(fresh.controlConfig({ TENANT_SERVER_ADMIN_URL: away }));
    const { body: tenant } = await (await without.asOwner()).post('/tenants', tenantInput(newSlug()));
    await without.stop();
    const back = await RunningControlApi.start(fresh.controlConfig());
    const caller = await back.asOwner();
    let status = '';
    while (status !== 'ACTIVE') status = (await caller.get(`/tenants/${tenant.id}`)).body.status;
    await back.stop();
    await fresh.remove();
  });

  it('builds a half-built template anew', async () => {
    const fresh = await Installation.create();
    const first = await RunningControlApi.start(fresh.controlConfig());
    await first.stop();
    const [named] = await fresh.query<{ key: string }>('SELECT "key" FROM "Installation"');
    await asAdmin(async (admin) => {
      const { rows } = await admin.query<{ name: string; owner: string }>(
        'SELECT datname AS name, pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname LIKE $1',
        [`helpdeskly\\_template\\_${named?.key}\\_%`],
      );
      const { name = '', owner = '' } = rows[0] ?? {};
      // As a crash in the middle of the work leaves it.
      await admin.query(`ALTER DATABASE ${name} IS_TEMPLATE false ALLOW_CONNECTIONS true`);
      await admin.query(`DROP DATABASE ${name}`);
      await admin.query(`CREATE DATABASE ${name} OWNER ${owner}`);
    });
    const second = await RunningControlApi.start(fresh.controlConfig());
    expect((await (await second.asOwner()).post('/tenants', tenantInput(newSlug()), wait)).status).toBe(201);
    await second.stop();
    await fresh.remove();
  });
});

describe('housekeeping', () => {
  it('throws away kept answers past their day and dead sessions, and nothing else', async () => {
    const once = { headers: { 'idempotency-key': newSlug('key') } };
    await owner.post('/api-keys', { name: 'kept', role: 'VIEWER' }, once);
    await owner.post('/api-keys', { name: 'over', role: 'VIEWER' }, { headers: { 'idempotency-key': 'over' } });
    await installation.query(`UPDATE "IdempotencyKey" SET "expiresAt" = now() WHERE "key" = 'over'`);
    await installation.query(
      `INSERT INTO "OperatorSession" ("operatorId", "expiresAt") SELECT "id", now() - interval '1 second' FROM "Operator"`,
    );
    await api.app.get(Housekeeping, { strict: false }).tidy();
    expect(await installation.query('SELECT "key" FROM "IdempotencyKey"')).toEqual([
      { key: once.headers['idempotency-key'] },
    ]);
    expect(await installation.query('SELECT count(*)::int FROM "OperatorSession"')).toEqual([{ count: 1 }]);
  });
});

describe('a worker of its own', () => {
  it('takes the jobs of an API without workers, and ends them before it stops', async () => {
    const fresh = await Installation.create();
    const apiAlone = await RunningControlApi.start(fresh.controlConfig(), { workers: false });
    const caller = await apiAlone.asOwner();
    const created = await Promise.all(Array.from({ length: 8 }, () => caller.post('/tenants', tenantInput(newSlug()))));
    const worker = await createControlWorker(fresh.controlConfig());
    await worker.close();
    const rows = await fresh.query<{ status: string }>(
      `SELECT DISTINCT "status" FROM "ProvisioningStep" WHERE "status" IN ('RUNNING', 'FAILED')`,
    );
    expect(rows).toEqual([]);
    const second = await createControlWorker(fresh.controlConfig());
    for (const { body } of created) {
      let status = '';
      while (status !== 'ACTIVE') status = (await caller.get(`/tenants/${body.id}`)).body.status;
    }
    await second.close();
    await apiAlone.stop();
    await fresh.remove();
  });
});

describe('a shutdown', () => {
  it('answers requests that wait for a tenant', async () => {
    const fresh = await Installation.create();
    const stopping = await RunningControlApi.start(fresh.controlConfig(), { workers: false });
    const caller = await stopping.asOwner();
    const silent = connect(Number(new URL(stopping.origin).port), '127.0.0.1'); // As browsers connect ahead.
    const waiting = caller.post('/tenants', tenantInput(newSlug()), wait);
    while ((await fresh.query('SELECT 1 FROM "Tenant"')).length === 0);
    await stopping.stop();
    const { status, body } = await waiting;
    expect([status, body.status]).toEqual([202, 'PROVISIONING']);
    silent.destroy();
    await fresh.remove();
  });
});
