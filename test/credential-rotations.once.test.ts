import { setTimeout as sleep } from 'node:timers/promises';
import {
  asAdmin,
  ServiceProcess,
  startSystem,
  until,
  type Caller,
  type System,
  type TestTenant,
} from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const settings = { RECONCILIATION_INTERVAL: '0s', ISOLATION_PROBE_INTERVAL: '0s' };

let system: System;
let worker: ServiceProcess;
let tenants: TestTenant[];
let viewer: Caller;

beforeAll(async () => {
  system = await startSystem({ workers: false, control: settings });
  await startWorker();
  tenants = await Promise.all(Array.from({ length: 6 }, () => system.createTenant()));
  const { body } = await system.operator.post('/api-keys', { name: 'reads', role: 'VIEWER' });
  viewer = system.control.as({ authorization: `Bearer ${body.key}` });
});

afterAll(async () => {
  await worker.stop();
  await system.close();
});

async function startWorker(): Promise<void> {
  worker = await ServiceProcess.start('control-worker', { ...system.installation.environment, ...settings });
}

const read = async (id: string) => (await viewer.get(`/credential-rotations/${id}`)).body;

async function ended(id: string): Promise<Record<string, any>> {
  await until(async () => (await read(id)).status !== 'RUNNING');
  return read(id);
}

/** By slug, how often each tenant's credential has been replaced since it was made. */
async function turns(): Promise<number[]> {
  const rows = await system.installation.query<{ turns: number }>(
    `SELECT "credentialGeneration" - 1 AS turns FROM "Tenant" ORDER BY array_position($1::text[], "slug")`,
    [tenants.map(({ slug }) => slug)],
  );
  return rows.map((row) => row.turns);
}

/** Login roles of all tenants. */
async function roles(): Promise<number> {
  const { rows } = await asAdmin((admin) =>
    admin.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_roles WHERE rolname ~ ('^(' || array_to_string($1::text[], '|') || ')_')`,
      [tenants.map(({ databaseName }) => databaseName)],
    ),
  );
  return rows[0]?.count ?? 0;
}

const plus = (before: readonly number[], by: number) => before.map((each) => each + by);

describe('a rotation of all credentials', () => {
  it('replaces each of them while requests run, so many at a time, and no request fails', async () => {
    const statuses = new Set<number>();
    let over = false;
    const clients = tenants.flatMap(({ admin }) =>
      [1, 2].map(async () => {
        for (let turn = 0; !over; turn++) {
          const { status } =
            turn % 4 === 0
              ? await admin.post('/tickets', { title: `Ticket ${turn}`, description: 'Written meanwhile.' })
              : await admin.get('/tickets?limit=2');
          statuses.add(status);
          await sleep(10);
        }
      }),
    );
    const { status, body, headers } = await system.operator.post('/credential-rotations', { concurrency: 3 });
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/api/v1/credential-rotations/${body.id}`);
    expect(body).toMatchObject({ status: 'RUNNING', concurrency: 3, counts: { total: 6, failed: 0 }, failures: [] });
    const joined = await system.operator.post('/credential-rotations', { concurrency: 5 });
    expect([joined.status, joined.body.id, joined.body.concurrency]).toEqual([202, body.id, 3]);
    const running: number[] = [];
    await until(async () => {
      const now = await read(body.id);
      running.push(now.counts.running);
      return now.status !== 'RUNNING';
    });
    over = true;
    await Promise.all(clients);
    expect(Math.max(...running)).toBe(3);
    expect(await read(body.id)).toMatchObject({ status: 'SUCCEEDED', counts: { total: 6, done: 6, running: 0 } });
    expect(await turns()).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await roles()).toBe(6);
    expect([...statuses].sort()).toEqual([200, 201]);
  });

  it('goes on after a kill -9, and rotates nobody twice', async () => {
    const before = await turns();
    const { body } = await system.operator.post('/credential-rotations', { concurrency: 3 });
    await until(async () => (await read(body.id)).counts.done > 0);
    worker.signal('SIGKILL');
    await worker.exit();
    expect((await read(body.id)).counts.done).toBeLessThan(6);
    await startWorker();
    expect(await ended(body.id)).toMatchObject({ status: 'SUCCEEDED', counts: { total: 6, done: 6 } });
    expect(await turns()).toEqual(plus(before, 1));
  });

  it('in which one tenant fails does the others, and says what was wrong', async () => {
    const before = await turns();
    const [broken] = tenants as [TestTenant];
    const rename = (to: string) =>
      system.installation.query('UPDATE "Tenant" SET "databaseName" = $2 WHERE "id" = $1', [broken.id, to]);
    await rename('nowhere');
    const { body } = await system.operator.post('/credential-rotations', { concurrency: 6 });
    const report = await ended(body.id);
    expect(report).toMatchObject({ status: 'FAILED', counts: { total: 6, done: 5, failed: 1 } });
    expect(report['failures']).toEqual([
      { tenantId: broken.id, tenantSlug: broken.slug, error: expect.stringContaining('nowhere') },
    ]);
    expect(await turns()).toEqual(before.map((each, index) => (index === 0 ? each : each + 1)));
    await rename(broken.databaseName);
    await until(async () => (await turns())[0] === (before[0] ?? 0) + 1); // By what goes on anyway.
    await until(async () => (await roles()) === 6);
  });

  it('that is cancelled ends with those under way', async () => {
    const before = await turns();
    const { body } = await system.operator.post('/credential-rotations', { concurrency: 1 });
    await until(async () => (await read(body.id)).counts.running > 0);
    expect((await read(body.id)).counts).toMatchObject({ running: 1, pending: 5 });
    const cancelled = await system.operator.post(`/credential-rotations/${body.id}/cancel`);
    expect([cancelled.status, cancelled.body.status]).toEqual([200, 'CANCELLED']);
    await until(async () => (await read(body.id)).counts.running === 0);
    const { status, counts } = await read(body.id);
    expect([status, counts.done, counts.pending]).toEqual(['CANCELLED', 1, 5]);
    const [first, ...others] = (await turns()).map((each, index) => each - (before[index] ?? 0)).sort((a, b) => b - a);
    expect([first, ...others]).toEqual([1, 0, 0, 0, 0, 0]);
    const again = await system.operator.post(`/credential-rotations/${body.id}/cancel`);
    expect([again.status, again.body.code]).toEqual([409, 'invalid_transition']);
  });

  it('leaves out tenants on their way out, and stands in the audit trail', async () => {
    const last = tenants.at(-1) as TestTenant;
    await system.operator.delete(`/tenants/${last.id}`);
    const { body } = await system.operator.post('/credential-rotations', {});
    expect(body).toMatchObject({ concurrency: 10, counts: { total: 5 } });
    await system.operator.post(`/credential-rotations/${body.id}/cancel`);
    const events = await viewer.get('/audit-events?limit=100');
    const actions = events.body.data.map(({ action }: { action: string }) => action);
    for (const what of ['created', 'succeeded', 'failed', 'cancelled'])
      expect(actions).toContain(`credential_rotation.${what}`);
  });

  it('is listed for every operator, the newest first', async () => {
    const { body } = await viewer.get('/credential-rotations?limit=2');
    expect(body.data.map(({ status }: { status: string }) => status)).toEqual(['CANCELLED', 'CANCELLED']);
    const failed = await viewer.get('/credential-rotations?status=failed');
    expect(failed.body.data).toHaveLength(1);
  });

  it('is not a viewer’s to order or to cancel', async () => {
    const { body } = await viewer.get('/credential-rotations');
    for (const path of ['', `/${body.data[0].id}/cancel`]) {
      const answer = await viewer.post(`/credential-rotations${path}`, {});
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    }
  });

  it.each([[{ concurrency: 0 }], [{ concurrency: 51 }], [{ concurrency: '3' }], [{ tenants: [] }]])(
    'is refused as %j, and nothing begins',
    async (input) => {
      const answer = await system.operator.post('/credential-rotations', input);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
      expect((await viewer.get('/credential-rotations?status=running')).body.data).toEqual([]);
    },
  );

  it('that nobody ordered is not found', async () => {
    for (const id of ['x', '01a1fac5-30c5-7dac-ac30-a758dbba7229'])
      expect((await viewer.get(`/credential-rotations/${id}`)).body.code).toBe('not_found');
  });
});
