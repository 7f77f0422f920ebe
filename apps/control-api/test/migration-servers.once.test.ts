import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { until } from '@helpdeskly/testing';
import { MigrationFleet, SecondServer, type FleetTenant } from './migration-fleet.js';

let fleet: MigrationFleet;
let second: SecondServer;
let here: readonly FleetTenant[];

beforeAll(async () => {
  fleet = await MigrationFleet.start(3);
  here = [...fleet.tenants];
  second = await SecondServer.join(fleet, 2);
});
afterEach(() => fleet.forget());
afterAll(async () => {
  await second.leave();
  await fleet.stop();
});

const unreachable = 'The database server second cannot be reached; it is tried again.';

it('a server that is OFFLINE keeps nobody on another one waiting; its tenants stay PENDING, with the reason', async () => {
  await fleet.add('SELECT 1');
  await fleet.owner.patch(`/database-servers/${second.id}`, { state: 'OFFLINE' });
  const id = await fleet.begin({ concurrency: 1 });
  await until(async () => (await fleet.runOf(id)).counts.done === 3);
  await until(async () => (await fleet.runOf(id)).statusReason !== null);
  expect((await fleet.runOf(id)).statusReason).toBe('The database server second is OFFLINE.');
  for (const { cause } of await fleet.statesOf(id, '&state=PENDING'))
    expect(cause).toMatchObject({ message: 'The database server second is OFFLINE.', sqlState: null });
  await fleet.owner.patch(`/database-servers/${second.id}`, { state: 'ACTIVE' });
  expect(await fleet.ended(id)).toMatchObject({ status: 'SUCCEEDED', statusReason: null, counts: { done: 5 } });
});

it.each([['refuse'], ['ignore']] as const)(
  'a server that is away (%s) keeps nobody waiting either, and its turn comes',
  async (treatment) => {
    await fleet.add('SELECT 2');
    second.proxy.treat(treatment);
    const id = await fleet.begin({ concurrency: 1 });
    await until(async () => (await fleet.runOf(id)).counts.done === 3);
    await until(async () => (await fleet.runOf(id)).statusReason === unreachable);
    expect(await fleet.statesOf(id, '&state=FAILED')).toEqual([]);
    second.proxy.treat('pass');
    expect(await fleet.ended(id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 5, failed: 0 } });
  },
);

it('a server that hangs before the run keeps nobody waiting, and the run says that it waits for its template', async () => {
  await fleet.add('CREATE TABLE "AfterHang" ()');
  second.freeze('SIGSTOP');
  try {
    const id = await fleet.begin({ concurrency: 2 });
    const waits = 'The database server second: the template takes the migrations first.';
    await until(async () => ((await fleet.runOf(id)).statusReason ?? '').includes(waits));
    await until(async () => (await fleet.runOf(id)).counts.done === 3);
    await until(async () => (await fleet.runOf(id)).statusReason === unreachable);
    expect((await fleet.runOf(id)).counts).toMatchObject({ pending: 2, running: 0, failed: 0 });
    second.freeze('SIGCONT');
    expect(await fleet.ended(id)).toMatchObject({ status: 'SUCCEEDED', statusReason: null, counts: { done: 5 } });
  } finally {
    second.freeze('SIGCONT');
  }
});

it('a run whose only server hangs can be cancelled, and says what it waits for until then', async () => {
  await fleet.add('SELECT 3');
  second.freeze('SIGSTOP');
  try {
    const id = await fleet.begin({ tenants: second.tenants.map((tenant) => tenant.id) });
    await until(async () => (await fleet.runOf(id)).statusReason !== null);
    await fleet.owner.post(`/migration-runs/${id}/cancel`);
    expect(await fleet.ended(id)).toMatchObject({ status: 'CANCELLED', counts: { pending: 2 } });
    // Nothing of it holds up the next run on the server that answers.
    expect(await fleet.run({ tenants: [here[0]!.id] })).toMatchObject({ status: 'SUCCEEDED', counts: { done: 1 } });
  } finally {
    second.freeze('SIGCONT');
  }
});

it('a file that applies nowhere touches no tenant, although another server hangs', async () => {
  await fleet.add('CREATE TABLE "NeverMade" ()');
  const bad = await fleet.add('ALTER TABLE "Nowhere" ADD COLUMN x int');
  second.freeze('SIGSTOP');
  try {
    const done = await fleet.run();
    expect(done).toMatchObject({ status: 'FAILED', counts: { pending: 5, done: 0, failed: 0 } });
    expect(done.statusReason).toContain(`The migration ${bad} applies nowhere, and no tenant was touched`);
  } finally {
    second.freeze('SIGCONT');
  }
  for (const tenant of fleet.tenants)
    expect(await fleet.ask(tenant, `SELECT to_regclass('"NeverMade"') AS made`)).toEqual([{ made: null }]);
});

it('a server that hangs in the middle of a script is let go of, and the tenant is not FAILED', async () => {
  await fleet.add(`SELECT pg_sleep(0.5) FROM "TenantIdentity"`);
  const id = await fleet.begin({ concurrency: 1, tenants: second.tenants.map((tenant) => tenant.id) });
  await until(async () => (await fleet.runOf(id)).counts.running === 1);
  second.proxy.hold('helpdeskly-migrator');
  second.proxy.treat('ignore');
  await until(async () => (await fleet.runOf(id)).counts.running === 0);
  expect((await fleet.runOf(id)).counts).toMatchObject({ pending: 2, failed: 0 });
  second.proxy.release('helpdeskly-migrator');
  second.proxy.treat('pass');
  expect(await fleet.ended(id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 2 } });
});
