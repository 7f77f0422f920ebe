import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, asAdmin, startSystem, until, type System, type TestTenant } from '@helpdeskly/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAppApi } from 'app-api';

let system: System;
let second: NestFastifyApplication;
let busy: TestTenant;
let quiet: TestTenant;

beforeAll(async () => {
  system = await startSystem();
  second = await createAppApi(system.installation.appConfig());
  await second.listen(0, '127.0.0.1');
  busy = await system.createTenant();
  quiet = await system.createTenant();
});

afterAll(async () => {
  await second.close();
  await system.close();
});

const top = async (query: string) => (await system.operator.get(`/tenants/top${query}`)).body;
const countOf = async (query: string, { id }: TestTenant): Promise<number> =>
  (await top(query)).data.find((entry: { tenant: { id: string } }) => entry.tenant.id === id)?.count ?? 0;

describe('GET /tenants/top', () => {
  it('adds up the requests that all processes have served, the busiest tenant first', async () => {
    const before = await countOf('', busy);
    const callers = [busy.admin, (await Api.at(await second.getUrl())).as(busy.admin.headers)];
    for (const caller of callers) for (let n = 0; n < 30; n++) await caller.get('/tickets');
    await until(async () => (await countOf('', busy)) >= before + 60);
    const { data, meta } = await top('?by=requests&limit=5');
    expect(data[0]).toMatchObject({ tenant: { id: busy.id, slug: busy.slug, status: 'ACTIVE' } });
    expect(meta).toMatchObject({ by: 'requests', limit: 5, windowSeconds: 300, unreachableServers: [] });
  });

  it('counts answers of 500 and above as errors, and no others', async () => {
    await quiet.admin.get('/tickets/none');
    await asAdmin(async (admin) => {
      await admin.query(`ALTER DATABASE ${quiet.databaseName} ALLOW_CONNECTIONS false`);
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
        quiet.databaseName,
      ]);
    });
    await until(async () => (await quiet.admin.get('/tickets')).status === 503);
    await until(async () => (await countOf('?by=errors', quiet)) > 0);
    expect(await countOf('?by=errors', busy)).toBe(0);
  });

  it('counts the sessions that PostgreSQL has for each tenant', async () => {
    await busy.admin.get('/tickets');
    await until(async () => (await countOf('?by=connections', busy)) > 0);
    expect((await top('?by=connections&limit=1')).data).toHaveLength(1);
  });

  it('counts those of one server beside what it takes', async () => {
    await busy.admin.get('/tickets');
    const { id } = (await system.operator.get('/database-servers')).body.data[0];
    const path = `/database-servers/${id}/connections`;
    const countOfBusy = async () =>
      (await system.operator.get(`${path}?limit=100`)).body.tenants.find(({ tenant }: any) => tenant.id === busy.id)
        ?.count;
    await until(async () => ((await countOfBusy()) ?? 0) > 0);
    const { status, body } = await system.operator.get(`${path}?limit=1`);
    expect([status, body.tenants.length]).toEqual([200, 1]);
    expect(body.used).toBeGreaterThanOrEqual(body.tenants[0].count);
    expect(body.max).toBeGreaterThan(body.used);
    expect(body.reserved).toBeGreaterThanOrEqual(3); // PostgreSQL's own default, for superusers.
    const { body: key } = await system.operator.post('/api-keys', { name: 'reader', role: 'VIEWER' });
    expect((await system.control.as({ authorization: `Bearer ${key.key}` }).get(path)).status).toBe(200);
    for (const unknown of ['acme', crypto.randomUUID()])
      expect((await system.operator.get(`/database-servers/${unknown}/connections`)).body.code).toBe('not_found');
    expect((await system.operator.get(`${path}?limit=101`)).body.code).toBe('validation_failed');
  });

  it.each(['?by=memory', '?limit=0', '?limit=101', '?since=now'])('refuses %s', async (query) => {
    const { status, body } = await system.operator.get(`/tenants/top${query}`);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });

  it('is open to viewers and to nobody without a token', async () => {
    const { body: key } = await system.operator.post('/api-keys', { name: 'reader', role: 'VIEWER' });
    const viewer = system.control.as({ authorization: `Bearer ${key.key}` });
    expect((await viewer.get('/tenants/top')).status).toBe(200);
    expect((await system.control.as().get('/tenants/top')).status).toBe(401);
  });
});
