import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Installation, type Caller } from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;

beforeAll(async () => {
  installation = await Installation.create({ inheritsTemplate: true });
  api = await RunningControlApi.start(installation.controlConfig({ RECONCILIATION_INTERVAL: '0s' }));
  owner = await api.asOwner();
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

async function activeTenant(more: Record<string, unknown> = {}) {
  const { status, body } = await owner.post('/tenants', tenantInput(newSlug(), more), wait);
  expect(status).toBe(201);
  return body;
}

const shown = async ({ id }: { id: string }) => (await owner.get(`/tenants/${id}`)).body;
const actionsOf = async ({ id }: { id: string }): Promise<string[]> =>
  (await owner.get(`/tenants/${id}/events?limit=100`)).body.data.map(({ action }: any) => action);
const statusesIn = ({ body }: { body: any }) => body.results.map(({ status }: any) => status);

async function as(role: string): Promise<Caller> {
  const { body } = await owner.post('/api-keys', { name: role, role });
  return api.with(body.key);
}

describe('work on many tenants', () => {
  it('answers for each as a request for it alone would, and does the others when one is refused', async () => {
    const [first, second] = [await activeTenant(), await activeTenant()];
    const ids = [second.slug, 'nobody-of-this-name', first.id];
    const { status, body } = await owner.post('/tenants/bulk', { action: 'suspend', ids, reason: 'Unpaid' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ dryRun: false, changed: 2, unchanged: 0, refused: 1 });
    expect(body.results).toEqual([
      expect.objectContaining({ position: 1, id: second.slug, slug: second.slug, status: 200, changed: true }),
      expect.objectContaining({
        position: 2,
        id: 'nobody-of-this-name',
        slug: 'nobody-of-this-name',
        status: 404,
        changed: false,
        problem: expect.objectContaining({ code: 'not_found' }),
      }),
      expect.objectContaining({ position: 3, id: first.id, slug: first.slug, status: 200, changed: true }),
    ]);
    expect(body.results[0].tenant).toEqual(await shown(second));
    expect(await shown(first)).toMatchObject({ status: 'SUSPENDED', statusReason: 'Unpaid' });
    expect(await actionsOf(first)).toContain('tenant.suspended');
    const [noted] = (await owner.get('/audit-events?limit=5')).body.data.filter(
      ({ action }: any) => action === 'tenants.bulk',
    );
    expect(noted.details).toEqual({ action: 'suspend', reason: 'Unpaid', tenants: 3 });
  });

  it('says that nothing changed where it is so already', async () => {
    const tenant = await activeTenant();
    const { body } = await owner.post('/tenants/bulk', { action: 'activate', ids: [tenant.id] });
    expect(body).toMatchObject({ changed: 0, unchanged: 1, refused: 0 });
    expect((await shown(tenant)).version).toBe(tenant.version);
  });

  it('finds tenants by the filters of the list', async () => {
    const plan = newSlug('plan');
    await owner.post('/plans', { name: plan });
    const [inPlan, suspended, other] = [
      await activeTenant({ plan }),
      await activeTenant({ plan }),
      await activeTenant(),
    ];
    await owner.post(`/tenants/${suspended.id}/suspend`, {});
    const limits = { requestsPerMinute: 77 };
    const change = (filter: object) => owner.post('/tenants/bulk', { action: 'setLimits', limits, filter });
    expect((await change({ plan, status: ['ACTIVE'] })).body.results).toEqual([
      expect.objectContaining({ id: inPlan.id, status: 200, changed: true }),
    ]);
    expect((await change({ plan, status: '-active' })).body.results[0].id).toBe(suspended.id);
    expect((await change({ q: newSlug() })).body).toMatchObject({ changed: 0, results: [] });
    expect((await shown(inPlan)).limits.requestsPerMinute).toBe(77);
    expect((await shown(other)).limits.requestsPerMinute).not.toBe(77);
  });

  it.each([
    ['suspend', { reason: 'x' }, [200, 409]],
    ['activate', {}, [200, 409]],
    ['rotate', {}, [202, 409]],
    ['setLimits', { limits: { maxConnections: 9 } }, [200, 200]],
  ])('in a dry run of %s says what it would do, and does nothing', async (action, more, statuses) => {
    const [active, failed] = [await activeTenant(), await activeTenant()];
    await installation.query(`UPDATE "Tenant" SET "status" = 'FAILED' WHERE "id" = $1`, [failed.id]);
    const before = [await shown(active), await shown(failed)];
    const input = { action, ids: [active.id, failed.id], ...more };
    const dry = await owner.post('/tenants/bulk', { ...input, dryRun: true });
    expect([dry.status, dry.body.dryRun, statusesIn(dry)]).toEqual([200, true, statuses]);
    expect([await shown(active), await shown(failed)]).toEqual(before);
    const real = await owner.post('/tenants/bulk', input);
    const outcomes = ({ body }: any) => body.results.map(({ status, changed }: any) => [status, changed]);
    expect(outcomes(real)).toEqual(outcomes(dry));
    await installation.query(`UPDATE "Tenant" SET "status" = 'ACTIVE' WHERE "id" = $1`, [failed.id]);
  });

  it('is done once for each Idempotency-Key, though the filter finds others by then', async () => {
    const q = newSlug('once');
    const first = (await owner.post('/tenants', tenantInput(`${q}-a`), wait)).body;
    const key = { headers: { 'idempotency-key': newSlug() } };
    const input = { action: 'suspend', filter: { q, status: ['ACTIVE'] } };
    const once = await owner.post('/tenants/bulk', input, key);
    await owner.post(`/tenants/${first.id}/activate`);
    await owner.post('/tenants', tenantInput(`${q}-b`), wait);
    const again = await owner.post('/tenants/bulk', input, key);
    expect([again.headers.get('idempotency-replayed'), again.body]).toEqual(['true', once.body]);
    expect((await shown(first)).status).toBe('ACTIVE');
    const other = await owner.post('/tenants/bulk', { ...input, action: 'rotate' }, key);
    expect(other.body.code).toBe('idempotency_key_reused');
  });

  it.each([
    [{}, 'action'],
    [{ action: 'delete', ids: ['ab'] }, 'action'],
    [{ action: 'suspend' }, 'ids'],
    [{ action: 'suspend', ids: [] }, 'ids'],
    [{ action: 'suspend', ids: [7] }, 'ids'],
    [{ action: 'suspend', filter: {} }, 'filter'],
    [{ action: 'suspend', filter: { status: ['LOST'] } }, 'filter.status'],
    [{ action: 'suspend', filter: { name: 'x' } }, 'filter.name'],
    [{ action: 'suspend', ids: ['ab'], filter: { q: 'x' } }, 'filter'],
    [{ action: 'suspend', ids: ['ab'], limits: { maxConnections: 9 } }, 'limits'],
    [{ action: 'setLimits', ids: ['ab'] }, 'limits'],
    [{ action: 'setLimits', ids: ['ab'], limits: { maxConnections: 1 } }, 'limits.maxConnections'],
  ])('is refused as %j', async (input, field) => {
    const { status, body } = await owner.post('/tenants/bulk', input);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors.map((error: any) => error.field)).toContain(field);
  });

  it('is refused to those who only read', async () => {
    const tenant = await activeTenant();
    const viewer = await as('VIEWER');
    expect((await viewer.post('/tenants/bulk', { action: 'suspend', ids: [tenant.id] })).status).toBe(403);
    expect((await shown(tenant)).status).toBe('ACTIVE');
    expect((await viewer.get('/bulk-runs')).status).toBe(200);
    expect((await (await as('OPERATOR')).post('/tenants/bulk', { action: 'rotate', ids: [tenant.id] })).status).toBe(
      200,
    );
  });
});

describe('a bulk run', () => {
  it('works for more than 100 tenants, and shows its progress and each result', async () => {
    const tenant = await activeTenant();
    const unknown = Array.from({ length: 120 }, () => randomUUID());
    const started = await owner.post('/tenants/bulk', { action: 'suspend', ids: [...unknown, tenant.id] });
    expect(started.status).toBe(202);
    expect(started.headers.get('location')).toBe(`/api/v1/bulk-runs/${started.body.id}`);
    expect(started.body).toMatchObject({
      action: 'suspend',
      status: 'RUNNING',
      progress: { total: 121 },
      result: null,
    });
    const run = await ended(started.body.id);
    expect(run).toMatchObject({ status: 'DONE', progress: { total: 121, done: 121 }, error: null });
    expect(run.result).toMatchObject({ changed: 1, unchanged: 0, refused: 120 });
    expect(run.result.results).toHaveLength(121);
    expect(run.result.results[0]).toMatchObject({ id: unknown[0], slug: null, problem: { code: 'not_found' } });
    expect((await shown(tenant)).status).toBe('SUSPENDED');
    const page = await owner.get(`/bulk-runs/${run.id}/results?outcome=changed&include=total`);
    expect(page.body).toMatchObject({
      data: [{ position: 121, id: tenant.id, slug: tenant.slug, status: 200 }],
      meta: { total: 1 },
    });
    const first = await owner.get(`/bulk-runs/${run.id}/results?limit=2`);
    const next = await owner.get(`/bulk-runs/${run.id}/results?limit=2&cursor=${first.body.meta.nextCursor}`);
    expect([...first.body.data, ...next.body.data].map(({ id }: any) => id)).toEqual(unknown.slice(0, 4));
    expect((await owner.get('/bulk-runs?status=done')).body.data[0].id).toBe(run.id);
  });

  it('ends when whoever ordered it may not do its work any more', async () => {
    const key = (await owner.post('/api-keys', { name: 'ends', role: 'OPERATOR' })).body;
    await installation.query('UPDATE "BulkRun" SET "status" = $1 WHERE "status" = $2', ['CANCELLED', 'RUNNING']);
    const ids = Array.from({ length: 2000 }, () => randomUUID());
    const { body } = await api.with(key.key).post('/tenants/bulk', { action: 'suspend', ids });
    await owner.delete(`/api-keys/${key.id}`);
    const run = await ended(body.id);
    expect(run).toMatchObject({ status: 'FAILED', error: { code: 'forbidden' } });
    expect(run.progress.done).toBeLessThan(2000);
  });

  it('can be cancelled once', async () => {
    const ids = Array.from({ length: 2000 }, () => randomUUID());
    const { body } = await owner.post('/tenants/bulk', { action: 'suspend', ids });
    const cancelled = await owner.post(`/bulk-runs/${body.id}/cancel`);
    expect([cancelled.status, cancelled.body.status]).toEqual([200, 'CANCELLED']);
    expect(cancelled.body.progress.done).toBeLessThan(2000);
    const again = await owner.post(`/bulk-runs/${body.id}/cancel`);
    expect([again.status, again.body.code]).toEqual([409, 'invalid_transition']);
    expect((await owner.get(`/bulk-runs/${randomUUID()}`)).status).toBe(404);
  });
});

async function ended(id: string): Promise<any> {
  for (;;) {
    const { body } = await owner.get(`/bulk-runs/${id}`);
    if (body.status !== 'RUNNING') return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
