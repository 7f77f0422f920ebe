import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAppApi } from 'app-api';
import { Api, asAdmin, startSystem, until, type Caller, type System, type TestTenant } from '@helpdeskly/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomBytes } from 'node:crypto';

const tenGiB = 10 * 1024 ** 3;

let system: System;
let owner: Caller;
let second: NestFastifyApplication;

beforeAll(async () => {
  system = await startSystem({ control: { RATE_LIMIT_TENANT_PER_MINUTE: '900' } });
  owner = system.operator;
  second = await createAppApi(system.installation.appConfig());
  await second.listen(0, '127.0.0.1');
});

afterAll(async () => {
  await second.close();
  await system.close();
});

const newName = () => `plan-${randomBytes(5).toString('hex')}`;

async function newPlan(more: object = {}) {
  const { status, body } = await owner.post('/plans', { name: newName(), ...more });
  expect(status).toBe(201);
  return body;
}

const shown = async ({ id }: { id: string }) => (await owner.get(`/tenants/${id}`)).body;
const connectionLimit = ({ databaseName }: { databaseName: string }) =>
  asAdmin(async (admin) => {
    const { rows } = await admin.query<{ limit: number }>(
      `SELECT max(rolconnlimit)::int AS "limit" FROM pg_roles WHERE rolname LIKE $1 || '%'`,
      [databaseName],
    );
    return rows[0]?.limit;
  });

async function callerAs(role: 'OPERATOR' | 'VIEWER'): Promise<Caller> {
  const { body } = await owner.post('/api-keys', { name: role, role });
  return system.control.as({ authorization: `Bearer ${body.key}` });
}

describe('plans', () => {
  it('include standard, with the defaults of the installation', async () => {
    const { data } = (await owner.get('/plans?q=standard')).body;
    expect(data).toEqual([
      expect.objectContaining({
        name: 'standard',
        limits: { maxConnections: 20, requestsPerMinute: 900, storageBytes: tenGiB },
        features: [],
      }),
    ]);
  });

  it('are created once for each name, with the limits and features that were given', async () => {
    const name = newName();
    const input = {
      name: ` ${name} `,
      limits: { maxConnections: 7, storageBytes: null },
      features: ['sla', 'api', 'sla'],
    };
    const key = { headers: { 'idempotency-key': newName() } };
    const { status, headers, body } = await owner.post('/plans', input, key);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/plans/${body.id}`);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toMatchObject({
      name,
      limits: { maxConnections: 7, requestsPerMinute: 900, storageBytes: tenGiB },
      features: ['api', 'sla'],
      tenants: 0,
      version: 1,
    });
    expect((await owner.get(`/plans/${body.id}`)).body).toEqual(body);
    const again = await owner.post('/plans', input, key);
    expect([again.headers.get('idempotency-replayed'), again.body.id]).toEqual(['true', body.id]);
    expect((await owner.post('/plans', { name })).body.code).toBe('name_taken');
    expect((await owner.get(`/plans?q=${name}&include=total`)).body.meta.total).toBe(1);
  });

  it.each([
    [{}, 'name'],
    [{ name: ' ' }, 'name'],
    [{ name: 'x'.repeat(51) }, 'name'],
    [{ name: 'x', limits: { maxConnections: 1 } }, 'limits.maxConnections'],
    [{ name: 'x', limits: { tickets: 1 } }, 'limits.tickets'],
    [{ name: 'x', features: ['no spaces'] }, 'features'],
    [{ name: 'x', version: 1 }, 'version'],
  ])('are refused as %j', async (input, field) => {
    const { status, body } = await owner.post('/plans', input);
    expect([status, body.errors[0].field]).toEqual([400, field]);
  });

  it('are written by an OWNER and read by all operators', async () => {
    const plan = await newPlan();
    for (const caller of [await callerAs('OPERATOR'), await callerAs('VIEWER')]) {
      expect((await caller.get('/plans')).status).toBe(200);
      expect((await caller.get(`/plans/${plan.id}`)).status).toBe(200);
      expect((await caller.post('/plans', { name: newName() })).status).toBe(403);
      expect((await caller.patch(`/plans/${plan.id}`, { name: newName() })).status).toBe(403);
      expect((await caller.delete(`/plans/${plan.id}`)).status).toBe(403);
    }
    expect((await system.control.as().get('/plans')).status).toBe(401);
  });

  it('change under If-Match, and not by what they are already', async () => {
    const plan = await newPlan({ limits: { maxConnections: 9 }, features: ['sla'] });
    const path = `/plans/${plan.id}`;
    const same = { name: plan.name, limits: { maxConnections: 9 }, features: ['sla'] };
    expect((await owner.patch(path, same)).body).toEqual(plan);
    const renamed = newName();
    const { body } = await owner.patch(path, { name: renamed, features: [] }, { headers: { 'if-match': '"1"' } });
    expect(body).toMatchObject({ name: renamed, features: [], version: 2, limits: plan.limits });
    const stale = await owner.patch(path, { name: plan.name }, { headers: { 'if-match': '"1"' } });
    expect([stale.status, stale.body.code, stale.body.currentVersion]).toEqual([412, 'version_conflict', 2]);
    expect((await owner.patch(path, { name: 'standard' })).body.code).toBe('name_taken');
    const events = (await owner.get('/audit-events?limit=100')).body.data.filter(
      ({ details }: any) => details.id === plan.id,
    );
    expect(events.map(({ action }: any) => action)).toEqual(['plan.updated', 'plan.created']);
    expect(events[0].details.changes).toEqual({
      name: { from: plan.name, to: renamed },
      features: { from: ['sla'], to: [] },
    });
  });

  it('are deleted only when no tenant has them, and standard never', async () => {
    const plan = await newPlan();
    const tenant = await system.createTenant({ plan: plan.name });
    const refused = await owner.delete(`/plans/${plan.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'plan_in_use']);
    await owner.patch(`/tenants/${tenant.id}`, { plan: 'standard' });
    expect((await owner.delete(`/plans/${plan.id}`, { headers: { 'if-match': '"7"' } })).status).toBe(412);
    expect((await owner.delete(`/plans/${plan.id}`)).status).toBe(204);
    expect((await owner.get(`/plans/${plan.id}`)).status).toBe(404);
    const standard = (await owner.get('/plans?q=standard')).body.data[0];
    expect((await owner.delete(`/plans/${standard.id}`)).body.code).toBe('plan_in_use');
    expect((await owner.patch(`/plans/${standard.id}`, { name: newName() })).body.code).toBe('plan_in_use');
  });

  it('of unknown ids are not found', async () => {
    for (const id of ['none', '01890a5d-ac96-774b-bcce-b302099a8057'])
      expect((await owner.get(`/plans/${id}`)).body.code).toBe('not_found');
  });
});

describe("a tenant's plan", () => {
  it('must be one that exists', async () => {
    const slug = newName();
    const admin = { email: 'ada@acme.test', name: 'Ada' };
    const created = await owner.post('/tenants', { slug, name: 'Acme', plan: 'nobody-sells-this', admin });
    expect([created.status, created.body.code, created.body.field]).toEqual([422, 'invalid_reference', 'plan']);
    expect((await owner.get(`/tenants/${slug}`)).status).toBe(404);
    const tenant = await system.createTenant();
    const changed = await owner.patch(`/tenants/${tenant.id}`, { plan: 'nobody-sells-this' });
    expect([changed.status, changed.body.code]).toEqual([422, 'invalid_reference']);
    expect((await shown(tenant)).plan).toBe('standard');
  });

  it('decides the limits that the tenant has not of its own', async () => {
    const gold = await newPlan({ limits: { maxConnections: 30, requestsPerMinute: 500, storageBytes: 1_000_000 } });
    const tenant = await system.createTenant({ plan: gold.name, limits: { requestsPerMinute: 77 } });
    expect((await shown(tenant)).limits).toEqual({
      maxConnections: 30,
      requestsPerMinute: 77,
      storageBytes: 1_000_000,
    });
    expect(await connectionLimit(tenant)).toBe(30);
    const silver = await newPlan({ limits: { maxConnections: 12 } });
    const { body } = await owner.patch(`/tenants/${tenant.id}`, { plan: silver.name });
    expect(body.limits).toEqual({ maxConnections: 12, requestsPerMinute: 77, storageBytes: tenGiB });
    expect(await connectionLimit(tenant)).toBe(12);
    const cleared = await owner.patch(`/tenants/${tenant.id}`, { limits: { requestsPerMinute: null } });
    expect(cleared.body.limits.requestsPerMinute).toBe(900);
  });

  it('keeps deciding them when somebody writes back what was read', async () => {
    const gold = await newPlan({ limits: { maxConnections: 30 } });
    const tenant = await system.createTenant({ plan: gold.name });
    const { limits, name, plan, version } = await shown(tenant);
    expect((await owner.patch(`/tenants/${tenant.id}`, { limits, name, plan })).body.version).toBe(version);
    await owner.patch(`/plans/${gold.id}`, { limits: { maxConnections: 31 } });
    expect((await shown(tenant)).limits.maxConnections).toBe(31);
  });

  it('reaches its tenants on every app-api when it changes, and PostgreSQL', async () => {
    const gold = await newPlan({ limits: { maxConnections: 30, requestsPerMinute: 500 } });
    const [follows, own] = await Promise.all([
      system.createTenant({ plan: gold.name }),
      system.createTenant({ plan: gold.name, limits: { maxConnections: 25 } }),
    ]);
    const before = await shown(follows);
    const elsewhere = await Api.at(await second.getUrl());
    const used = async (caller: Caller) => (await caller.get('/settings/usage')).body;
    const everywhere = ({ admin }: TestTenant) => [admin, elsewhere.as(admin.headers)];
    for (const caller of everywhere(follows)) expect((await used(caller)).limits.maxConnections).toBe(30);
    const renamed = newName();
    await owner.patch(`/plans/${gold.id}`, { name: renamed, limits: { maxConnections: 40, requestsPerMinute: 600 } });
    for (const caller of everywhere(follows))
      await until(async () => {
        const { plan, limits } = await used(caller);
        return plan === renamed && limits.maxConnections === 40 && limits.requestsPerMinute === 600;
      });
    expect(await connectionLimit(follows)).toBe(40);
    expect(await connectionLimit(own)).toBe(25);
    expect(await shown(follows)).toMatchObject({ plan: renamed, version: before.version + 1 });
    expect((await shown(own)).limits).toMatchObject({ maxConnections: 25, requestsPerMinute: 600 });
    await owner.patch(`/plans/${gold.id}`, { name: `${renamed}-too` });
    expect(await shown(follows)).toMatchObject({ plan: `${renamed}-too`, version: before.version + 2 });
    await owner.patch(`/plans/${gold.id}`, { name: renamed });
    expect((await owner.get(`/tenants?plan=${renamed}&include=total`)).body.meta.total).toBe(2);
  });
});
