import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics } from '@helpdeskly/service';
import { connected, Installation, MigrationsFolder, until, urlOf, type Caller } from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

interface Made {
  readonly id: string;
  readonly slug: string;
  readonly databaseName: string;
}

let installation: Installation;
let folder: MigrationsFolder;
let api: RunningControlApi;
let owner: Caller;
let tenants: Made[];
let before: { id: string; schemaVersion: string; schemaSetId: string }[];

const added: string[] = [];
let number = 0;

beforeAll(async () => {
  installation = await Installation.create({ pooled: false });
  folder = await MigrationsFolder.create();
  api = await RunningControlApi.start(
    installation.controlConfig({ TENANT_MIGRATIONS_DIR: folder.path, RATE_LIMIT_USER_PER_MINUTE: '0' }),
  );
  owner = await api.asOwner();
  tenants = [];
  for (let count = 0; count < 3; count++) tenants.push(await create());
  before = await installation.query('SELECT "id", "schemaVersion", "schemaSetId" FROM "Tenant"');
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
  await folder.remove();
});

/** As if the test's migrations had never been, but for what they made. */
afterEach(async () => {
  await installation.query(`UPDATE "MigrationRun" SET "status" = 'CANCELLED' WHERE "status" = 'RUNNING'`);
  await until(async () => {
    const [left] = await installation.query(`SELECT FROM "TenantMigration" WHERE "state" = 'RUNNING'`);
    return left === undefined;
  });
  for (const name of added.splice(0)) await folder.removeMigration(name).catch(() => undefined);
  await owner.get('/migrations');
  for (const { databaseName } of tenants)
    await inDatabase(databaseName, `DELETE FROM "_prisma_migrations" WHERE "migration_name" ~ 'rule$'`);
  const [{ schemaVersion, schemaSetId } = { schemaVersion: '', schemaSetId: '' }] = before;
  await installation.query('UPDATE "Tenant" SET "schemaVersion" = $1, "schemaSetId" = $2', [
    schemaVersion,
    schemaSetId,
  ]);
});

async function create(): Promise<Made> {
  const { status, body } = await owner.post('/tenants', tenantInput(newSlug()), wait);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

async function add(sql: string, prefix = '2027'): Promise<string> {
  const name = `${prefix}${String(++number).padStart(10, '0')}_rule`;
  await folder.write(name, sql);
  added.push(name);
  return name;
}

const inDatabase = (database: string, sql: string) =>
  connected(urlOf(database), async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
const runOf = async (id: string) => (await owner.get(`/migration-runs/${id}`)).body;
const tenantOf = async ({ id }: Made) => (await owner.get(`/tenants/${id}`)).body;
const statesOf = async (id: string, query = '') =>
  (await owner.get(`/migration-runs/${id}/tenants?limit=100${query}`)).body.data;

async function ended(id: string) {
  await until(async () => {
    const { status, counts } = await runOf(id);
    return status !== 'RUNNING' && counts.running === 0;
  });
  return runOf(id);
}

async function begin(input: object = {}): Promise<string> {
  const { status, body } = await owner.post('/migration-runs', input);
  expect([status, body.code]).toEqual([202, undefined]);
  return body.id;
}

const run = async (input: object = {}) => ended(await begin(input));

describe('one run at a time', () => {
  it('refuses another one, and a retry, by the id of the one under way; a new one may begin when it has ended', async () => {
    await add('SELECT 1/0 FROM "TenantIdentity"'); // Fails in tenants alone: a template has no identity.
    const failed = await run();
    expect(failed.status).toBe('FAILED');
    await add('SELECT pg_sleep(0.5)');
    const id = await begin({ tenants: [tenants[0]!.id] });
    const refusal = { status: 409, body: { code: 'run_in_progress', runId: id } };
    expect(await owner.post('/migration-runs', {})).toMatchObject(refusal);
    expect(await owner.post('/migration-runs', { dryRun: true })).toMatchObject(refusal);
    expect(await owner.post(`/migration-runs/${failed.id}/retry`)).toMatchObject(refusal);
    await owner.post(`/migration-runs/${id}/cancel`);
    await ended(await begin({ dryRun: true }));
  });

  it('lets one of two begin that are asked for at once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => owner.post('/migration-runs', {})));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
    await ended(answers.find(({ status }) => status === 202)!.body.id);
  });
});

describe('what is pending', () => {
  it('opens no database and writes nothing to any when it is nothing', async () => {
    const activity = async () =>
      Promise.all(
        tenants.map(({ databaseName }) =>
          inDatabase(
            databaseName,
            `SELECT (SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::int FROM pg_stat_all_tables) AS writes,
                    (SELECT max(xmin::text::bigint) FROM pg_class)::text AS grants`,
          ),
        ),
      );
    const sessions = async () =>
      installation.query<{ sessions: string }>(
        `SELECT sum(sessions)::text AS sessions FROM pg_stat_database WHERE datname = ANY ($1)`,
        [tenants.map(({ databaseName }) => databaseName)],
      );
    const [was] = [await activity()];
    const opened = await sessions();
    expect(await run()).toMatchObject({ status: 'SUCCEEDED', counts: { done: 3 } });
    expect(await sessions()).toEqual(opened);
    expect((await activity()).map(([row]) => row?.grants)).toEqual(was.map(([row]) => row?.grants));
  });

  it('is a late file with an older name: counted, and applied', async () => {
    const late = await add('CREATE TABLE "Late" ()', '2020');
    expect((await tenantOf(tenants[0]!)).schemaPending).toBe(1);
    const dry = await run({ dryRun: true });
    expect((await statesOf(dry.id)).map(({ applied }: { applied: string[] }) => applied)).toEqual([
      [late],
      [late],
      [late],
    ]);
    expect(await run()).toMatchObject({ status: 'SUCCEEDED', counts: { done: 3 } });
    expect(await tenantOf(tenants[0]!)).toMatchObject({ schemaPending: 0, schemaVersion: before[0]!.schemaVersion });
    expect(await inDatabase(tenants[2]!.databaseName, `SELECT to_regclass('"Late"')::text AS made`)).toEqual([
      { made: '"Late"' },
    ]);
    const { body } = await owner.get(`/migrations?limit=1`);
    expect(body.data).toMatchObject([{ name: late, tenants: 3 }]);
  });

  it('is never what a renamed file holds: that is DRIFTED, as is one that the folder has no more', async () => {
    const name = await add('CREATE TABLE "Renamed" ()');
    await run();
    await folder.removeMigration(name);
    expect(await run()).toMatchObject({ status: 'FAILED', counts: { drifted: 3 } });
    const now = await add('CREATE TABLE "Renamed" ()');
    const drifted = await run();
    expect(drifted).toMatchObject({ status: 'FAILED', counts: { drifted: 3, failed: 0 } });
    expect((await statesOf(drifted.id))[0].cause.message).toContain(`${name} (its script is ${now} now)`);
  });

  it('is nothing when a file has other line ends than it was applied with', async () => {
    const name = await add('SELECT 1;\nSELECT 2;\n');
    await run();
    await folder.write(name, 'SELECT 1;\r\nSELECT 2;\r\n');
    expect(await run()).toMatchObject({ status: 'SUCCEEDED', counts: { done: 3 } });
    expect((await tenantOf(tenants[0]!)).schemaPending).toBe(0);
  });

  it('is looked up once in a tenant of which the catalog does not know it', async () => {
    await installation.query('UPDATE "Tenant" SET "schemaSetId" = NULL');
    const { version } = await tenantOf(tenants[0]!);
    expect(await run()).toMatchObject({ status: 'SUCCEEDED', counts: { done: 3 } });
    const known = await installation.query('SELECT "id", "schemaVersion", "schemaSetId" FROM "Tenant" ORDER BY 1');
    expect(known).toEqual([...before].sort((a, b) => (a.id < b.id ? -1 : 1)));
    expect((await tenantOf(tenants[0]!)).version).toBe(version);
  });
});

describe('SUCCEEDED', () => {
  it('means that every index is valid: one broken by a lock is built once that is gone', async () => {
    await inDatabase(tenants[1]!.databaseName, 'CREATE TABLE "Indexed" ()');
    await add('CREATE INDEX CONCURRENTLY IF NOT EXISTS "User_made" ON public."User" ("createdAt")');
    await connected(urlOf(tenants[1]!.databaseName), async (holder) => {
      await holder.query('BEGIN; LOCK TABLE "User" IN ROW EXCLUSIVE MODE');
      const id = await begin();
      await until(async () => (await runOf(id)).counts.done === 2);
      await holder.query('ROLLBACK');
      expect(await ended(id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 3 } });
    });
    for (const { databaseName } of tenants)
      expect(
        await inDatabase(databaseName, `SELECT indisvalid FROM pg_index WHERE indexrelid = '"User_made"'::regclass`),
      ).toEqual([{ indisvalid: true }]);
  });
});

describe('a lock of somebody else', () => {
  it('stops one tenant, which FAILS with who holds it; a table, or the migrations themselves', async () => {
    await add('ALTER TABLE "User" ADD COLUMN "locked" int');
    await connected(`${urlOf(tenants[0]!.databaseName)}?application_name=report`, async (table) => {
      await table.query('BEGIN; LOCK TABLE "User" IN ACCESS SHARE MODE');
      await connected(`${urlOf(tenants[1]!.databaseName)}?application_name=prisma`, async (advisory) => {
        await advisory.query('SELECT pg_advisory_lock(72707369)');
        const done = await run();
        expect(done).toMatchObject({ status: 'FAILED', counts: { done: 1, failed: 2 } });
        const [first, second] = await statesOf(done.id, '&state=FAILED');
        expect(first.cause).toMatchObject({
          sqlState: '55P03',
          message: expect.stringMatching(/held by report \(user postgres, idle in transaction, for \d+ s\)/),
        });
        expect(second.cause).toMatchObject({
          sqlState: '55P03',
          message: expect.stringMatching(/prisma \(user postgres, idle, for \d+ s\)/),
        });
      });
    });
  });

  it('is waited for no longer when the run is cancelled', async () => {
    await add('ALTER TABLE "User" ADD COLUMN "cancelled" int');
    await connected(urlOf(tenants[1]!.databaseName), async (holder) => {
      await holder.query('SELECT pg_advisory_lock(72707369)');
      const id = await begin();
      await until(async () => (await runOf(id)).counts.done === 2);
      await owner.post(`/migration-runs/${id}/cancel`);
      expect(await ended(id)).toMatchObject({ status: 'CANCELLED', counts: { done: 2, pending: 1, failed: 0 } });
    });
  });
});

describe('the templates', () => {
  it.each([
    ['is no SQL', 'ALTER TABEL "User"', '42601'],
    ['names what is not there', 'ALTER TABLE "Nowhere" ADD COLUMN x int', '42P01'],
    ['makes something as another owner', 'RESET ROLE; CREATE TABLE "Foreign" ()', '42501'],
    ['cannot run where it stands', 'SELECT 1; CREATE INDEX CONCURRENTLY ON "User" ("name")', '25001'],
  ])('take a migration first: one that %s ends the run there', async (_what, sql, sqlState) => {
    const good = await add('CREATE TABLE "NeverHere" ()');
    const bad = await add(sql);
    const done = await run();
    expect(done).toMatchObject({ status: 'FAILED', counts: { pending: 3, done: 0, failed: 0 } });
    expect(done.statusReason).toContain(bad);
    expect(done.statusReason).toContain(sqlState);
    for (const { databaseName } of tenants)
      expect(await inDatabase(databaseName, `SELECT to_regclass('"NeverHere"') AS made`)).toEqual([{ made: null }]);
    expect(good < bad).toBe(true);
  });

  it('give new tenants the last schema that works, until the newest does', async () => {
    const bad = await add('ALTER TABLE "Nowhere" ADD COLUMN y int');
    const done = await run();
    const fresh = await create();
    expect(fresh).toMatchObject({ schemaVersion: before[0]!.schemaVersion, schemaPending: 1 });
    await folder.write(bad, 'SELECT 1');
    await owner.post(`/migration-runs/${done.id}/retry`);
    expect(await ended(done.id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 4 } });
    expect(await tenantOf(fresh)).toMatchObject({ schemaVersion: bad, schemaPending: 0 });
    await owner.delete(`/tenants/${fresh.id}?purge=now`);
    await until(async () => (await owner.get(`/tenants/${fresh.id}`)).status === 404);
  });
});

describe('failures', () => {
  it('are never more than maxFailures, whatever is under way, and the reason says how many', async () => {
    for (const { databaseName } of tenants) await inDatabase(databaseName, 'CREATE TABLE "InTheWay" ()');
    await add('CREATE TABLE "InTheWay" ("id" int)');
    for (const [maxFailures, statusReason] of [
      [1, '1 tenant failed or drifted.'],
      [2, '2 tenants failed or drifted.'],
    ] as const)
      expect(await run({ maxFailures, concurrency: 10 })).toMatchObject({
        status: 'HALTED',
        statusReason,
        counts: { failed: maxFailures, pending: 3 - maxFailures },
      });
    expect(await run({ canary: 50, concurrency: 10 })).toMatchObject({
      status: 'HALTED',
      statusReason: '3 of the first 3 tenants did not succeed.',
    });
    for (const { databaseName } of tenants) await inDatabase(databaseName, 'DROP TABLE "InTheWay"');
  });
});

describe('a run of another build', () => {
  it('says what it waits for, and goes on where that is', async () => {
    const name = await add('SELECT 1');
    const target = JSON.stringify([{ name: `${name}_newer`, checksum: 'x' }]);
    const [made] = await installation.query<{ id: string }>(
      `INSERT INTO "MigrationRun" ("migrations", "everyTenant", "concurrency") VALUES ($1, true, 5) RETURNING "id"`,
      [target],
    );
    await until(async () => (await runOf(made!.id)).statusReason !== null);
    expect(await runOf(made!.id)).toMatchObject({
      status: 'RUNNING',
      statusReason: `It waits for a build that has the migration ${name}_newer.`,
    });
  });
});

describe('a tenant that app-api refuses because it lacks migrations', () => {
  it('is counted by a metric while no run brings it up', async () => {
    const { registry } = api.app.get(Metrics, { strict: false });
    const upgrading = async () =>
      (await registry.getSingleMetric('helpdeskly_tenants_upgrading')?.get())?.values[0]?.value;
    expect(await upgrading()).toBe(0);
    await installation.query(`SELECT pg_notify('helpdeskly_upgrades', $1)`, [tenants[0]!.id]);
    await installation.query(`SELECT pg_notify('helpdeskly_upgrades', 'nonsense')`);
    await until(async () => (await upgrading()) === 1);
  });
});

describe('connections that migrate', () => {
  it('say who they are', async () => {
    await add(`CREATE TABLE "Named" AS SELECT current_setting('application_name') AS name`);
    await run();
    for (const { databaseName } of tenants)
      expect(await inDatabase(databaseName, 'SELECT name FROM "Named"')).toEqual([{ name: 'helpdeskly-migrator' }]);
  });
});
