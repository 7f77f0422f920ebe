import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { upgradeChannel, usageChannel } from '@helpdeskly/catalog';
import { until } from '@helpdeskly/testing';
import { RunStream } from './run-stream.js';
import { MigrationFleet, type FleetTenant } from './migration-fleet.js';

let fleet: MigrationFleet;
let tenants: readonly FleetTenant[];

beforeAll(async () => {
  fleet = await MigrationFleet.start(8);
  tenants = [...fleet.tenants];
});
afterEach(() => fleet.forget());
afterAll(() => fleet.stop());

const order = (id: string, name: string) => fleet.owner.post(`/migration-runs/${id}/${name}`);
const reached = async (id: string, status: string) => {
  await until(async () => (await fleet.runOf(id)).status === status);
  return fleet.runOf(id);
};
const doneIn = async (id: string): Promise<string[]> =>
  (await fleet.statesOf(id, '&state=DONE')).map(({ tenantSlug }: { tenantSlug: string }) => tenantSlug);
const slugs = (...indexes: number[]) => indexes.map((index) => tenants[index]!.slug);
/** As an app-api would report what it answered. */
const report = (tenant: FleetTenant, requests: number, errors: number) =>
  fleet.installation.query('SELECT pg_notify($1, $2)', [usageChannel, `${tenant.id},${requests},${errors}`]);

describe('a run in waves', () => {
  it('soaks after the canary and after each wave, and takes the tenants in order', async () => {
    await fleet.add('CREATE TABLE IF NOT EXISTS "Waved" ("id" int)');
    const id = await fleet.begin({ canary: 1, waves: [25, 50, 100], soak: '1h' });
    const soaking = await reached(id, 'SOAKING');
    expect(soaking).toMatchObject({
      counts: { done: 1, pending: 7 },
      canary: 1,
      waves: [25, 50, 100],
      soak: '1h',
      stages: { total: 4, done: 1 },
      eta: null,
    });
    expect(Date.parse(soaking.soakUntil)).toBeGreaterThan(Date.now() + 3_000_000);
    for (const done of [2, 4]) {
      expect((await order(id, 'advance')).status).toBe(200);
      await until(async () => (await fleet.runOf(id)).counts.done === done);
      await reached(id, 'SOAKING');
    }
    expect(await doneIn(id)).toEqual(slugs(0, 1, 2, 3));
    expect((await fleet.statesOf(id)).map(({ stage }: { stage: number }) => stage)).toEqual([1, 2, 3, 3, 4, 4, 4, 4]);
    await order(id, 'advance');
    expect(await fleet.ended(id)).toMatchObject({
      status: 'SUCCEEDED',
      counts: { done: 8 },
      stages: { total: 4, done: 4 },
      soakUntil: null,
    });
  });

  it('goes on by itself when the soak is over', async () => {
    await fleet.add('CREATE TABLE IF NOT EXISTS "Soaked" ("id" int)');
    const id = await fleet.begin({ waves: [50], soak: '300ms' });
    await reached(id, 'SUCCEEDED');
    const { body } = await fleet.owner.get(`/migration-runs/${id}/tenants?limit=100`);
    const times = body.data.map(({ finishedAt }: { finishedAt: string }) => Date.parse(finishedAt));
    const began = body.data.map(({ startedAt }: { startedAt: string }) => Date.parse(startedAt));
    expect(Math.min(...began.slice(4)) - Math.max(...times.slice(0, 4))).toBeGreaterThanOrEqual(300);
  });

  it('takes a tenant that app-api asks for first in its wave, and past no soak, pause or end', async () => {
    await fleet.add('CREATE TABLE IF NOT EXISTS "Demanded" ("id" int)');
    const id = await fleet.begin({ waves: [50, 100], soak: '1h', concurrency: 1 });
    await reached(id, 'SOAKING');
    const last = tenants[7]!;
    await until(async () => {
      await fleet.installation.query('SELECT pg_notify($1, $2)', [upgradeChannel, last.id]);
      const [moved] = await fleet.installation.query(
        'SELECT FROM "TenantMigration" WHERE "runId" = $1 AND "tenantId" = $2 AND "movedUpAt" IS NOT NULL',
        [id, last.id],
      );
      return moved !== undefined;
    });
    expect((await order(id, 'pause')).body.status).toBe('PAUSED');
    expect((await order(id, 'resume')).body.status).toBe('SOAKING');
    expect((await order(id, 'cancel')).body.status).toBe('CANCELLED');
    expect(await doneIn(id)).toEqual(slugs(0, 1, 2, 3));
    await order(id, 'retry');
    expect(await fleet.ended(id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 8 } });
    const [first] = await fleet.installation.query<{ tenantId: string }>(
      'SELECT "tenantId" FROM "TenantMigration" WHERE "runId" = $1 AND "position" > 3 ORDER BY "finishedAt" LIMIT 1',
      [id],
    );
    expect(first!.tenantId).toBe(last.id);
  });

  it('does not soak where nothing was to do, nor in a dry run', async () => {
    expect(await fleet.run({ canary: 2, waves: [50], soak: '1h' })).toMatchObject({ status: 'SUCCEEDED' });
    await fleet.add('CREATE TABLE IF NOT EXISTS "Imagined" ("id" int)');
    expect(await fleet.run({ waves: [50], soak: '1h', dryRun: true })).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('begins with named canaries, by id or slug, and halts before the others when one fails', async () => {
    await fleet.ask(tenants[6]!, 'CREATE TABLE "Chosen" ()');
    await fleet.add('CREATE TABLE "Chosen" ("id" int)');
    const halted = await fleet.run({ canary: [tenants[7]!.id, tenants[6]!.slug, tenants[7]!.slug], soak: '1h' });
    expect(halted).toMatchObject({ status: 'HALTED', canary: 2, counts: { done: 1, failed: 1, pending: 6 } });
    expect(await doneIn(halted.id)).toEqual(slugs(7));
    await fleet.ask(tenants[6]!, 'DROP TABLE "Chosen"');
    await order(halted.id, 'retry');
    expect(await reached(halted.id, 'SOAKING')).toMatchObject({ attempt: 2, counts: { done: 2 }, stages: { done: 1 } });
    await order(halted.id, 'advance');
    expect(await fleet.ended(halted.id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 8 } });
  });

  it('refuses canaries that are not there, or not among its tenants, and begins nothing', async () => {
    for (const input of [
      { canary: [tenants[0]!.slug, 'nobody-here'] },
      { canary: [tenants[0]!.slug, tenants[1]!.slug], tenants: [tenants[0]!.id] },
    ])
      expect(await fleet.owner.post('/migration-runs', input)).toMatchObject({
        status: 422,
        body: { code: 'invalid_reference', field: 'canary.1' },
      });
    expect((await fleet.owner.get('/migration-runs?status=running,soaking,paused')).body.data).toEqual([]);
  });

  it('keeps to its limits on one server and to its pace', async () => {
    await fleet.add('SELECT pg_sleep(0.2)');
    const id = await fleet.begin({ perServer: 1, pace: 6000 });
    let most = 0;
    await until(async () => {
      const { status, counts } = await fleet.runOf(id);
      most = Math.max(most, counts.running);
      return status === 'SUCCEEDED';
    });
    expect(most).toBe(1);
    expect(await fleet.runOf(id)).toMatchObject({ perServer: 1, pace: 6000, concurrency: 50 });
  });
});

describe('orders', () => {
  it('pause a run between tenants, and resume it where it was', async () => {
    await fleet.add('SELECT pg_sleep(0.4)');
    const id = await fleet.begin({ concurrency: 1 });
    await until(async () => (await fleet.runOf(id)).counts.running === 1);
    expect(await order(id, 'pause')).toMatchObject({ status: 200, body: { status: 'PAUSED', finishedAt: null } });
    await until(async () => (await fleet.runOf(id)).counts.running === 0);
    const { counts } = await fleet.runOf(id);
    expect(counts.pending).toBeGreaterThan(5);
    expect(await fleet.owner.post('/migration-runs', {})).toMatchObject({
      status: 409,
      body: { code: 'run_in_progress', runId: id },
    });
    for (const name of ['pause', 'advance', 'retry'])
      expect(await order(id, name)).toMatchObject({
        status: 409,
        body: { code: 'invalid_transition', from: 'PAUSED', allowed: ['RUNNING', 'CANCELLED'] },
      });
    expect(await order(id, 'resume')).toMatchObject({ status: 200, body: { status: 'RUNNING' } });
    expect(await fleet.ended(id)).toMatchObject({ status: 'SUCCEEDED', attempt: 1, counts: { done: 8 } });
  });

  it('halt no canary that was paused and resumed at once', async () => {
    await fleet.add('SELECT pg_sleep(0.1)');
    const id = await fleet.begin({ canary: 6, concurrency: 1 });
    for (let time = 0; time < 4; time++) {
      await order(id, 'pause');
      await order(id, 'resume');
    }
    expect(await fleet.ended(id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 8 } });
  });

  it('pause a soak, in which it goes on, and which is over if its time is up', async () => {
    await fleet.add('CREATE TABLE IF NOT EXISTS "Paused" ("id" int)');
    const id = await fleet.begin({ canary: 1, soak: '1h' });
    const { soakUntil } = await reached(id, 'SOAKING');
    expect((await order(id, 'pause')).body).toMatchObject({ status: 'PAUSED', soakUntil });
    expect((await order(id, 'resume')).body).toMatchObject({ status: 'SOAKING', soakUntil });
    await order(id, 'pause');
    await fleet.installation.query(`UPDATE "MigrationRun" SET "soakUntil" = now() WHERE "id" = $1`, [id]);
    expect((await order(id, 'resume')).body).toMatchObject({ status: 'RUNNING', soakUntil: null });
    expect(await fleet.ended(id)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('that do not fit are 409 and say what does', async () => {
    await fleet.add('CREATE TABLE IF NOT EXISTS "Fitting" ("id" int)');
    const id = await fleet.begin({ canary: 1, soak: '1h' });
    await reached(id, 'SOAKING');
    for (const name of ['resume', 'retry'])
      expect(await order(id, name)).toMatchObject({
        status: 409,
        body: { from: 'SOAKING', allowed: ['PAUSED', 'RUNNING', 'CANCELLED'] },
      });
    expect(await order(id, 'cancel')).toMatchObject({ status: 200, body: { status: 'CANCELLED', soakUntil: null } });
    for (const name of ['pause', 'resume', 'advance', 'cancel'])
      expect(await order(id, name)).toMatchObject({ status: 409, body: { from: 'CANCELLED', allowed: ['RUNNING'] } });
    await order(id, 'retry');
    await order(id, 'pause');
    expect(await order(id, 'cancel')).toMatchObject({ status: 200, body: { status: 'CANCELLED' } });
    const { body } = await fleet.owner.get('/audit-events?limit=5');
    const actions = body.data.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(expect.arrayContaining(['migration_run.paused', 'migration_run.cancelled']));
  });
});

describe('an error rate', () => {
  it('halts the run in the soak with its numbers, and leaves the later waves alone', async () => {
    await fleet.add('CREATE TABLE IF NOT EXISTS "Faulty" ("id" int)');
    const id = await fleet.begin({ canary: [tenants[2]!.slug], waves: [50], soak: '1h', maxErrorRate: 0.05 });
    await reached(id, 'SOAKING');
    await report(tenants[0]!, 200, 4);
    await report(tenants[2]!, 49, 49);
    await report(tenants[2]!, 151, 0);
    const halted = await reached(id, 'HALTED');
    expect(halted.statusReason).toBe(
      'The migrated tenants answered 49 of 200 requests (24.5 %) with an error of the server. Of the tenants that wait, it was 4 of 200 requests (2 %); 5 % more are allowed.',
    );
    expect(halted).toMatchObject({ counts: { done: 1, pending: 7 }, maxErrorRate: 0.05, stages: { done: 1 } });
  });

  it('of fewer than 50 answers, or no higher than that of others, halts nothing', async () => {
    await fleet.add('CREATE TABLE IF NOT EXISTS "Noisy" ("id" int)');
    const id = await fleet.begin({ canary: [tenants[3]!.slug], soak: '200ms', maxErrorRate: 0 });
    await reached(id, 'SOAKING');
    await report(tenants[1]!, 100, 50);
    await report(tenants[3]!, 40, 20);
    expect(await fleet.ended(id)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('of the last stage is compared with what its tenants answered before, also by 500s after the last migration', async () => {
    await fleet.add('CREATE TABLE IF NOT EXISTS "Last" ("id" int)');
    for (const tenant of tenants) await report(tenant, 100, 10);
    const id = await fleet.begin({ soak: '1h', maxErrorRate: 0.1 });
    await reached(id, 'SOAKING');
    await report(tenants[0]!, 200, 30);
    expect(await fleet.runOf(id)).toMatchObject({ status: 'SOAKING' });
    await report(tenants[1]!, 200, 100);
    expect((await reached(id, 'HALTED')).statusReason).toMatch(
      /^The migrated tenants answered 130 of 400 .* Before, it was \d+ of \d+ requests/,
    );
  });
});

describe('what went wrong', () => {
  it('is grouped by cause, with values taken out', async () => {
    await fleet.add('CREATE TABLE IF NOT EXISTS "Caused" ("id" int)');
    await fleet.run();
    for (const [index, tenant] of tenants.slice(0, 3).entries())
      await fleet.ask(tenant, `DELETE FROM "Caused"; INSERT INTO "Caused" VALUES (${index}), (${index})`);
    await fleet.ask(tenants[4]!, 'DROP TABLE "Caused"');
    const migration = await fleet.add('CREATE UNIQUE INDEX "Caused_id" ON "Caused" ("id")');
    const { id, status } = await fleet.run();
    expect(status).toBe('FAILED');
    const { body } = await fleet.owner.get(`/migration-runs/${id}/causes`);
    expect(body).toMatchObject({
      data: [
        {
          sqlState: '23505',
          migration,
          statement: expect.stringContaining('CREATE UNIQUE INDEX'),
          message: expect.stringContaining('could not create unique index "Caused_id"'),
          count: 3,
          tenants: slugs(0, 1, 2),
        },
        { sqlState: '42P01', count: 1, tenants: slugs(4) },
      ],
      meta: { limit: 25, hasMore: false, nextCursor: null },
    });
    expect(body.data[0].message).not.toMatch(/=\(\d/);
    const { body: first } = await fleet.owner.get(`/migration-runs/${id}/causes?limit=1`);
    expect(first.meta.hasMore).toBe(true);
    const { body: second } = await fleet.owner.get(
      `/migration-runs/${id}/causes?limit=1&cursor=${first.meta.nextCursor}`,
    );
    expect([...first.data, ...second.data]).toEqual(body.data);
    for (const tenant of tenants) await fleet.ask(tenant, 'DROP TABLE IF EXISTS "Caused"');
  });
});

describe('the stream of a run', () => {
  it('tells of its progress and ends with it', async () => {
    await fleet.add('SELECT pg_sleep(0.3)');
    const id = await fleet.begin({ canary: 1, soak: '1h', concurrency: 2 });
    const stream = await RunStream.open(fleet.api.origin, fleet.owner, id);
    await until(() => stream.events.some(({ data }) => data.status === 'SOAKING'));
    await order(id, 'advance');
    await until(() => stream.ended);
    expect(stream.events.at(-1)).toMatchObject({
      event: 'ended',
      data: { id, status: 'SUCCEEDED', counts: { done: 8 } },
    });
    expect(stream.events.slice(0, -1).every(({ event }) => event === 'progress')).toBe(true);
    const counts = stream.events.map(({ data }) => data.counts.done);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    const late = await RunStream.open(fleet.api.origin, fleet.owner, id);
    await until(() => late.ended);
    expect(late.events).toMatchObject([{ event: 'ended' }]);
  });

  it('is for those who may read, and ends with the key that opened it', async () => {
    await fleet.add('CREATE TABLE IF NOT EXISTS "Followed" ("id" int)');
    const id = await fleet.begin({ canary: 1, soak: '1h' });
    await reached(id, 'SOAKING');
    expect((await fleet.api.anonymous().get(`/migration-runs/${id}/events`)).status).toBe(401);
    expect((await fleet.owner.get('/migration-runs/0193b0a0-0000-7000-8000-000000000000/events')).status).toBe(404);
    const { body: key } = await fleet.owner.post('/api-keys', { name: 'screen', role: 'VIEWER' });
    const viewer = fleet.api.with(key.key);
    const stream = await RunStream.open(fleet.api.origin, viewer, id);
    await until(() => stream.events.length === 1);
    for (const name of ['pause', 'resume', 'advance', 'cancel'])
      expect((await viewer.post(`/migration-runs/${id}/${name}`)).status).toBe(403);
    expect((await viewer.get(`/migration-runs/${id}/causes`)).body.data).toEqual([]);
    await fleet.owner.delete(`/api-keys/${key.id}`);
    await until(() => stream.ended);
    expect(stream.events.some(({ event }) => event === 'ended')).toBe(false);
    await order(id, 'cancel');
  });
});

describe('what is asked for wrongly', () => {
  it.each([
    ['waves', []],
    ['waves', [0, 50]],
    ['waves', [50, 25]],
    ['waves', [25, 25]],
    ['waves', [50, 101]],
    ['waves', [1.5]],
    ['waves', 25],
    ['waves', Array.from({ length: 21 }, (_, index) => index + 1)],
    ['soak', '10'],
    ['soak', 600],
    ['soak', '8d'],
    ['soak', '-1s'],
    ['perServer', 0],
    ['perServer', 51],
    ['pace', 0],
    ['maxErrorRate', 1.01],
    ['maxErrorRate', -0.1],
    ['maxErrorRate', '0.1'],
    ['canary', []],
    ['canary', ['_']],
    ['canary', '1'],
    ['canary', 1.5],
  ])('%s %j is 400, and begins nothing', async (field, value) => {
    expect(await fleet.owner.post('/migration-runs', { [field]: value })).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ field }] },
    });
    expect((await fleet.owner.get('/migration-runs?status=running,soaking,paused')).body.data).toEqual([]);
  });
});
