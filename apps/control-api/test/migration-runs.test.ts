import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ControlDatabase } from '@helpdeskly/catalog';
import { asAdmin, connected, Installation, MigrationsFolder, until, urlOf, type Caller } from '@helpdeskly/testing';
import { assertNewestSchema } from '../src/provisioning/newest-schema.js';
import { TenantMigrations } from '../src/tenant-databases/tenant-migrations.js';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let installation: Installation;
let folder: MigrationsFolder;
let api: RunningControlApi;
let owner: Caller;
let tenants: { id: string; slug: string; databaseName: string }[];
/** What the release itself comes to. */
let schemaVersion: string;

const added: string[] = [];
let number = 0;

beforeAll(async () => {
  installation = await Installation.create();
  folder = await MigrationsFolder.create();
  api = await RunningControlApi.start(
    installation.controlConfig({
      TENANT_MIGRATIONS_DIR: folder.path,
      TENANT_WARM_DATABASES: '1',
      RATE_LIMIT_USER_PER_MINUTE: '0',
    }),
  );
  owner = await api.asOwner();
  tenants = [];
  for (let count = 0; count < 4; count++) tenants.push(await create());
  schemaVersion = (await owner.get(`/tenants/${tenants[0]!.id}`)).body.schemaVersion;
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
  await folder.remove();
});

/** As if the test's migrations had never been, but for the tables that they made. */
afterEach(async () => {
  for (const name of added.splice(0)) await folder.removeMigration(name);
  await owner.get('/migrations');
  for (const { databaseName } of tenants)
    await inDatabase(databaseName, `DELETE FROM "_prisma_migrations" WHERE "migration_name" > '2027'`);
  await installation.query('UPDATE "Tenant" SET "schemaVersion" = $1', [schemaVersion]);
});

async function create(more = {}): Promise<{ id: string; slug: string; databaseName: string }> {
  const { status, body } = await owner.post('/tenants', tenantInput(newSlug(), more), wait);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

/** A migration later than all others. */
async function add(sql: string): Promise<string> {
  const name = `2027${String(++number).padStart(10, '0')}_step`;
  await folder.write(name, sql);
  added.push(name);
  return name;
}

const inDatabase = (database: string, sql: string) =>
  connected(urlOf(database), async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

async function ended(id: string) {
  let run: any;
  await until(async () => {
    run = (await owner.get(`/migration-runs/${id}`)).body;
    return run.status !== 'RUNNING' && run.counts.running === 0;
  });
  return run;
}

async function run(input: object = {}) {
  const { status, body } = await owner.post('/migration-runs', input);
  expect(status).toBe(202);
  return ended(body.id);
}

const tenantsOf = async (id: string, query = '') =>
  (await owner.get(`/migration-runs/${id}/tenants?limit=100${query}`)).body.data;

describe('a migration run', () => {
  it('is answered 202 with its place, and counts its tenants', async () => {
    const answer = await owner.post('/migration-runs', {});
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/api/v1/migration-runs/${answer.body.id}`);
    expect(answer.body).toMatchObject({ status: 'RUNNING', attempt: 1, concurrency: 5, counts: { total: 4 } });
    expect(await ended(answer.body.id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 4 }, eta: null });
  });

  it('brings a new migration to the tenants that exist, and tells the catalog', async () => {
    const name = await add('CREATE TABLE "Novelty" ("id" int)');
    const { body: before } = await owner.get(`/tenants/${tenants[0]!.id}`);
    const done = await run();
    expect(done).toMatchObject({ status: 'SUCCEEDED', schemaVersion: name, counts: { done: 4, failed: 0 } });
    const { body: after } = await owner.get(`/tenants/${tenants[0]!.id}`);
    expect(after).toMatchObject({ schemaVersion: name, schemaPending: 0, version: before.version + 1 });
    for (const { databaseName } of tenants)
      expect(await inDatabase(databaseName, 'SELECT count(*)::int AS rows FROM "Novelty"')).toEqual([{ rows: 0 }]);
    expect((await tenantsOf(done.id))[0]).toMatchObject({ state: 'DONE', applied: [name], cause: null });
    const { body: events } = await owner.get(`/tenants/${tenants[0]!.id}/events?limit=1`);
    expect(events.data[0]).toMatchObject({ action: 'tenant.migrated', actor: { type: 'SYSTEM' } });
  });

  it("lets tenants' roles use what it made, and no more than that", async () => {
    await add('CREATE TABLE "Granted" ("id" int)');
    await run();
    const [row] = await inDatabase(
      tenants[0]!.databaseName,
      `SELECT has_table_privilege('${tenants[0]!.databaseName}_a', '"Granted"', 'INSERT') AS writes,
              has_table_privilege('${tenants[0]!.databaseName}_a', '"_prisma_migrations"', 'SELECT') AS migrations,
              (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'Granted') AS owner`,
    );
    expect(row).toEqual({ writes: true, migrations: false, owner: 'helpdeskly_owner' });
  });

  it('has nothing to do a second time', async () => {
    await add('CREATE TABLE "Once" ("id" int)');
    await run();
    const again = await run();
    expect(again).toMatchObject({ status: 'SUCCEEDED', counts: { done: 4 } });
    expect((await tenantsOf(again.id)).map(({ applied }: { applied: string[] }) => applied)).toEqual([[], [], [], []]);
  });

  it('does the named tenants alone, by id or slug, each once', async () => {
    const name = await add('CREATE TABLE "Named" ("id" int)');
    const [first, second, third] = tenants;
    const done = await run({ tenants: [first!.id, second!.slug, second!.id] });
    expect(done.counts).toMatchObject({ total: 2, done: 2 });
    expect((await owner.get(`/tenants/${second!.id}`)).body.schemaVersion).toBe(name);
    expect((await owner.get(`/tenants/${third!.id}`)).body.schemaPending).toBe(1);
  });

  it('reaches suspended tenants, and those that may be restored', async () => {
    const [suspended, deleted] = [await create(), await create()];
    await owner.post(`/tenants/${suspended.id}/suspend`, {});
    await owner.delete(`/tenants/${deleted.id}`);
    const name = await add('CREATE TABLE "Asleep" ("id" int)');
    await run();
    expect((await owner.get(`/tenants/${suspended.id}`)).body.schemaVersion).toBe(name);
    expect((await owner.get(`/tenants/${deleted.id}`)).body.schemaVersion).toBe(name);
    await owner.delete(`/tenants/${suspended.id}?purge=now`);
    await owner.delete(`/tenants/${deleted.id}?purge=now`);
    await until(async () => (await owner.get(`/tenants/${deleted.id}`)).status === 404);
    await until(async () => (await owner.get(`/tenants/${suspended.id}`)).status === 404);
  });

  it('gives new tenants the new schema', async () => {
    const name = await add('CREATE TABLE "ForAll" ("id" int)');
    await run();
    const fresh = await create();
    expect(fresh).toMatchObject({ schemaVersion: name, schemaPending: 0 });
    expect(await inDatabase(fresh.databaseName, 'SELECT count(*)::int AS rows FROM "ForAll"')).toEqual([{ rows: 0 }]);
    await owner.delete(`/tenants/${fresh.id}?purge=now`);
    await until(async () => (await owner.get(`/tenants/${fresh.id}`)).status === 404);
  });

  it('lets no tenant come to life with a schema that it has left behind', async () => {
    const control = new ControlDatabase(installation.controlConfig().controlDatabaseUrl);
    const elsewhere = await TenantMigrations.read(folder.path); // As a process that has heard of nothing.
    const before = elsewhere.current;
    const name = await add('CREATE TABLE "LeftBehind" ("id" int)');
    await expect(assertNewestSchema(control, elsewhere, before)).resolves.toBeUndefined();
    await run({ dryRun: true });
    await expect(assertNewestSchema(control, elsewhere, before)).resolves.toBeUndefined();
    await run();
    await expect(assertNewestSchema(control, elsewhere, before)).rejects.toThrow(name);
    await expect(assertNewestSchema(control, elsewhere, elsewhere.current)).resolves.toBeUndefined();
    await control.close();
  });

  it('rebuilds the warm databases, from a template that is the former one and what is new', async () => {
    const ready = async () => {
      const rows = await installation.query<{ template: string }>(
        `SELECT "template" FROM "WarmDatabase" WHERE "state" = 'READY'`,
      );
      return rows.length === 1 ? rows[0]?.template : undefined;
    };
    await until(async () => (await ready()) !== undefined);
    const before = (await ready()) as string;
    // What the tests before have added is gone: which of the templates is the former one is not known here.
    const templates = await asAdmin(async (admin) => {
      const of = `${before.slice(0, -12)}%`;
      const { rows } = await admin.query<{ name: string }>(
        'SELECT datname::text AS name FROM pg_database WHERE datname LIKE $1 AND datistemplate',
        [of],
      );
      return rows.map(({ name }) => name);
    });
    const opened = (name: string, isOpen: boolean) =>
      asAdmin((admin) => admin.query(`ALTER DATABASE "${name}" WITH ALLOW_CONNECTIONS ${isOpen}`));
    for (const name of templates) {
      await opened(name, true);
      await inDatabase(name, `COMMENT ON TABLE "Ticket" IS 'of the former template'`);
      await opened(name, false);
    }
    await add('CREATE TABLE "Warm" ("id" int)');
    await run();
    await until(async () => ![undefined, before].includes(await ready()));
    const fresh = await create();
    expect(await inDatabase(fresh.databaseName, `SELECT obj_description('"Ticket"'::regclass) AS comment`)).toEqual([
      { comment: 'of the former template' },
    ]);
    expect(await inDatabase(fresh.databaseName, 'SELECT FROM "Warm"')).toEqual([]);
    await owner.delete(`/tenants/${fresh.id}?purge=now`);
    await until(async () => (await owner.get(`/tenants/${fresh.id}`)).status === 404);
  });
});

describe('a tenant that cannot take a migration', () => {
  it('stops nobody else, and is reported with SQLSTATE and statement', async () => {
    await inDatabase(tenants[2]!.databaseName, `CREATE TABLE "Spoiled" ()`);
    const good = await add('CREATE TABLE "Before" ("id" int)');
    const bad = await add('SELECT 1;\nCREATE TABLE "Spoiled" ("id" int)');
    const done = await run();
    expect(done).toMatchObject({ status: 'FAILED', counts: { done: 3, failed: 1 } });
    expect(done.statusReason).toBe('Of the tenants, 1 failed.');
    const [failed, ...others] = await tenantsOf(done.id, '&state=failed');
    expect(others).toEqual([]);
    expect(failed).toMatchObject({
      tenantId: tenants[2]!.id,
      tenantSlug: tenants[2]!.slug,
      state: 'FAILED',
      cause: { migration: bad, sqlState: '42P07', statement: 'CREATE TABLE "Spoiled" ("id" int)', line: 2 },
    });
    // The one before it is applied, and stays.
    expect((await owner.get(`/tenants/${tenants[2]!.id}`)).body.schemaVersion).toBe(good);
    await inDatabase(tenants[2]!.databaseName, `DROP TABLE "Spoiled"`);
    expect((await owner.post(`/migration-runs/${done.id}/retry`)).body).toMatchObject({
      status: 'RUNNING',
      attempt: 2,
      counts: { pending: 1, done: 3 },
    });
    expect(await ended(done.id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 4, failed: 0 } });
  });

  it('waits for a lock that somebody holds for a while', async () => {
    await add('ALTER TABLE "User" ADD COLUMN "held" int');
    await connected(urlOf(tenants[1]!.databaseName), async (holder) => {
      await holder.query('BEGIN; LOCK TABLE "User"');
      const { body } = await owner.post('/migration-runs', {});
      await until(async () => (await owner.get(`/migration-runs/${body.id}`)).body.counts.done === 3);
      await holder.query('COMMIT');
      expect(await ended(body.id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 4 } });
    });
  });

  it('halts the run when so many may fail', async () => {
    for (const { databaseName } of tenants) await inDatabase(databaseName, 'CREATE TABLE "All" ()');
    await add('CREATE TABLE "All" ("id" int)');
    const halted = await run({ maxFailures: 2, concurrency: 1 });
    expect(halted).toMatchObject({ status: 'HALTED', counts: { failed: 2, pending: 2 } });
    for (const { databaseName } of tenants) await inDatabase(databaseName, 'DROP TABLE "All"');
    await owner.post(`/migration-runs/${halted.id}/retry`);
    expect(await ended(halted.id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 4 } });
  });

  it('keeps the others from beginning when it is a canary', async () => {
    await inDatabase(tenants[0]!.databaseName, 'CREATE TABLE "Mine" ()');
    await add('CREATE TABLE "Mine" ("id" int)');
    const halted = await run({ canary: 2 });
    expect(halted).toMatchObject({ status: 'HALTED', counts: { failed: 1, done: 1, pending: 2 } });
    await inDatabase(tenants[0]!.databaseName, 'DROP TABLE "Mine"');
    await owner.post(`/migration-runs/${halted.id}/retry`);
    expect(await ended(halted.id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 4 } });
  });

  it('is DRIFTED, and not touched, when an applied migration differs from its file', async () => {
    const first = await add('CREATE TABLE "Drift" ("id" int)');
    await run();
    await inDatabase(
      tenants[3]!.databaseName,
      `UPDATE "_prisma_migrations" SET "checksum" = 'edited' WHERE "migration_name" = '${first}'`,
    );
    await add('CREATE TABLE "AfterDrift" ("id" int)');
    const done = await run();
    expect(done).toMatchObject({ status: 'FAILED', counts: { done: 3, drifted: 1, failed: 0 } });
    expect(await tenantsOf(done.id, '&state=DRIFTED')).toMatchObject([
      { tenantId: tenants[3]!.id, cause: { migration: first, sqlState: null } },
    ]);
    expect(await inDatabase(tenants[3]!.databaseName, `SELECT to_regclass('"AfterDrift"') AS made`)).toEqual([
      { made: null },
    ]);
  });
});

describe('a dry run', () => {
  it('says what each tenant lacks and changes nothing', async () => {
    const name = await add('CREATE TABLE "Imagined" ("id" int)');
    const done = await run({ dryRun: true });
    expect(done).toMatchObject({ status: 'SUCCEEDED', dryRun: true, counts: { done: 4 } });
    for (const { applied } of await tenantsOf(done.id)) expect(applied).toEqual([name]);
    expect((await owner.get(`/tenants/${tenants[0]!.id}`)).body.schemaPending).toBe(1);
    expect(await inDatabase(tenants[0]!.databaseName, `SELECT to_regclass('"Imagined"') AS made`)).toEqual([
      { made: null },
    ]);
  });
});

describe('a run that is cancelled', () => {
  it('lets the tenants under way come to their end, and can be taken up again', async () => {
    await add('SELECT pg_sleep(1.5)');
    const { body } = await owner.post('/migration-runs', { concurrency: 1 });
    await until(
      async () => (await owner.get(`/migration-runs/${body.id}`)).body.counts.running === 1 && (await sleepers()) === 1,
    );
    const cancelled = await owner.post(`/migration-runs/${body.id}/cancel`);
    expect(cancelled.status).toBe(200);
    expect(cancelled.body.status).toBe('CANCELLED');
    expect(await ended(body.id)).toMatchObject({ counts: { running: 0, pending: 3, done: 1 } });
    expect(await owner.post(`/migration-runs/${body.id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition', from: 'CANCELLED', allowed: ['RUNNING'] },
    });
    await owner.post(`/migration-runs/${body.id}/retry`);
    expect(await ended(body.id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 4 } });
  });
});

/** How many tenants' scripts sleep: one whose script has not begun goes back when its run is cancelled. */
async function sleepers(): Promise<number> {
  const [row] = await installation.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity a JOIN "Tenant" t ON t."databaseName" = a.datname
      WHERE a.application_name = 'helpdeskly-migrator' AND a.wait_event = 'PgSleep'`,
  );
  return row?.count ?? 0;
}

describe('/migration-runs', () => {
  it('refuses what it does not understand, and begins nothing', async () => {
    const total = async () => (await owner.get('/migration-runs?include=total')).body.meta.total;
    const before = await total();
    const bad = [
      { canary: 0 },
      { concurrency: 51 },
      { maxFailures: '3' },
      { dryRun: 'yes' },
      { tenants: 'all' },
      { x: 1 },
    ];
    for (const input of [...bad, { tenants: [] }, { tenants: ['_'] }])
      expect(await owner.post('/migration-runs', input)).toMatchObject({
        status: 400,
        body: { code: 'validation_failed', errors: [{ field: Object.keys(input)[0] }] },
      });
    expect(await owner.post('/migration-runs', { tenants: [tenants[0]!.slug, 'nobody-here'] })).toMatchObject({
      status: 422,
      body: { code: 'invalid_reference', field: 'tenants.1' },
    });
    expect(await total()).toBe(before);
  });

  it('is for operators: a VIEWER reads, nobody without a token does', async () => {
    const { body: key } = await owner.post('/api-keys', { name: 'viewer', role: 'VIEWER' });
    const viewer = api.with(key.key);
    expect((await viewer.get('/migration-runs')).status).toBe(200);
    expect((await viewer.get('/migrations')).status).toBe(200);
    expect((await viewer.post('/migration-runs', {})).status).toBe(403);
    expect((await api.anonymous().post('/migration-runs', { x: 1 })).status).toBe(401);
  });

  it('finds nothing under an id of nobody, and retries nothing that succeeded', async () => {
    for (const id of ['0193b0a0-0000-7000-8000-000000000000', 'nonsense'])
      for (const path of [`/migration-runs/${id}`, `/migration-runs/${id}/tenants`])
        expect((await owner.get(path)).status).toBe(404);
    const done = await run();
    expect(await owner.post(`/migration-runs/${done.id}/retry`)).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition', from: 'SUCCEEDED', allowed: [] },
    });
  });

  it('begins one run for one Idempotency-Key', async () => {
    const key = { headers: { 'idempotency-key': newSlug() } };
    const [first, second] = [
      await owner.post('/migration-runs', {}, key),
      await owner.post('/migration-runs', {}, key),
    ];
    expect(second.body.id).toBe(first.body.id);
    await ended(first.body.id);
  });

  it('lists runs by status, and their tenants page by page', async () => {
    const done = await run();
    const { body } = await owner.get('/migration-runs?status=succeeded&limit=1');
    expect(body.data).toMatchObject([{ id: done.id, counts: { done: 4 } }]);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const after: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page: { body: any } = await owner.get(`/migration-runs/${done.id}/tenants?limit=3${after}`);
      seen.push(...page.body.data.map(({ tenantId }: { tenantId: string }) => tenantId));
      cursor = page.body.meta.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(tenants.map(({ id }) => id));
  });
});

describe('/migrations', () => {
  it('lists every migration with its checksum and how many tenants have it', async () => {
    const name = await add('CREATE TABLE "Counted" ("id" int)');
    await run({ tenants: [tenants[0]!.id, tenants[1]!.id] });
    const { body } = await owner.get('/migrations?sort=-name&limit=2&include=total');
    expect(body.data).toMatchObject([{ name, tenants: 2 }, { tenants: 4 }]);
    expect(body.data[0].checksum).toMatch(/^[0-9a-f]{64}$/);
    const { body: next } = await owner.get(`/migrations?sort=-name&limit=2&cursor=${body.meta.nextCursor}`);
    expect(next.data[0].name < body.data[1].name).toBe(true);
  });
});
