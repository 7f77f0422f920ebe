import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  connected,
  MigrationsFolder,
  ServiceProcess,
  startSystem,
  until,
  urlOf,
  type Caller,
  type System,
} from '@helpdeskly/testing';
import pg from 'pg';

const size = 100;
const password = 'a password of many words';

interface FleetTenant {
  readonly id: string;
  readonly slug: string;
  readonly databaseName: string;
  readonly admin: Caller;
}

let folder: MigrationsFolder;
let system: System;
let worker: ServiceProcess;
let fleet: FleetTenant[];

beforeAll(async () => {
  folder = await MigrationsFolder.create();
  system = await startSystem({ control: { TENANT_MIGRATIONS_DIR: folder.path }, workers: false });
  await startWorker();
  const slugs = Array.from({ length: size }, (_, index) => `fleet-${index}`);
  const created = await someAtOnce(slugs, create);
  for (const made of [size / 3, (size * 2) / 3, size]) await until(async () => (await active()) >= made, standstill);
  fleet = await someAtOnce(created, enter);
});

afterAll(async () => {
  await worker.stop();
  await system.close();
  await folder.remove();
});

/** What may tell why tenants are not made. */
async function standstill() {
  const { data } = (await system.operator.get('/tenants?limit=100')).body as { data: Record<string, unknown>[] };
  const tenants = data
    .filter(({ status }) => status !== 'ACTIVE')
    .map(({ slug, status, provisioning }) => [slug, status, provisioning]);
  return { tenants: tenants.slice(0, 3), log: worker.log.slice(-30) };
}

async function startWorker(): Promise<void> {
  worker = await ServiceProcess.start('control-worker', {
    ...system.installation.environment,
    TENANT_MIGRATIONS_DIR: folder.path,
  });
}

const active = async () => (await system.operator.get('/tenants?limit=1&include=total&status=active')).body.meta.total;
const emailAt = (slug: string) => `admin@${slug}.example`;

/** Each costs a hash of a password: a hundred at once are more than a process takes. */
async function someAtOnce<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  while (done.length < all.length)
    done.push(...(await Promise.all(all.slice(done.length, done.length + 10).map(work))));
  return done;
}

async function create(slug: string): Promise<Omit<FleetTenant, 'admin'>> {
  const admin = { email: emailAt(slug), name: 'Ada', password };
  const { status, body } = await system.operator.post('/tenants', { name: slug, slug, admin });
  expect({ status, body }).toMatchObject({ status: 202 });
  return body;
}

async function enter(tenant: Omit<FleetTenant, 'admin'>): Promise<FleetTenant> {
  const { slug } = tenant;
  const visitor = system.app.as({ 'x-tenant-slug': slug });
  const { body: session } = await visitor.post('/auth/login', { email: emailAt(slug), password });
  return { ...tenant, admin: visitor.with({ authorization: `Bearer ${session.accessToken}` }) };
}

const inDatabase = (database: string, sql: string) =>
  connected(urlOf(database), async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

const runOf = async (id: string) => (await system.operator.get(`/migration-runs/${id}`)).body;

async function ended(id: string) {
  await until(async () => (await runOf(id)).status !== 'RUNNING');
  return runOf(id);
}

/** What tenants are answered, one after the other and again, until it is stopped. */
function askInTurn(): { stop: () => Promise<Map<number, number>> } {
  const answers = new Map<number, number>();
  let going = true;
  const asking = (async () => {
    for (let turn = 0; going; turn++) {
      const { status } = await fleet[turn % size]!.admin.get('/tickets?limit=1');
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
  })();
  return {
    stop: async () => {
      going = false;
      await asking;
      return answers;
    },
  };
}

/** A session that has read people and not ended its transaction: nobody may change their table meanwhile. */
async function readAndStay({ databaseName }: FleetTenant): Promise<() => Promise<void>> {
  const reader = new pg.Client({ connectionString: urlOf(databaseName), application_name: 'report' });
  await reader.connect();
  await reader.query('BEGIN; SELECT count(*) FROM "User"');
  return () => reader.end();
}

describe(`a migration that five of ${size} tenants have no fitting data for, one is locked against, and one has drifted from`, () => {
  const name = '20270000000001_unique_names';
  const statement = 'CREATE UNIQUE INDEX "User_name_key" ON "User" ("name")';
  const broken = [7, 23, 41, 66, 98];
  const locked = 11;
  const drifted = 53;
  const behind = [...broken, locked, drifted].sort((one, other) => one - other);
  const slugsOf = (indexes: readonly number[]) => indexes.map((index) => fleet[index]!.slug).sort();
  let endReading: () => Promise<void>;
  let runId: string;

  it('is done for all but these seven, and nobody is refused meanwhile', async () => {
    for (const index of broken)
      for (const email of ['twin-1@example.test', 'twin-2@example.test'])
        await fleet[index]!.admin.post('/users', { email, name: 'Twin', role: 'AGENT', password });
    endReading = await readAndStay(fleet[locked]!);
    await inDatabase(fleet[drifted]!.databaseName, `UPDATE "_prisma_migrations" SET "checksum" = reverse("checksum")`);
    await folder.write(name, `-- compatible\nALTER TABLE "User" ADD COLUMN "nickname" text;\n${statement};\n`);
    const asked = askInTurn();
    const { status, body } = await system.operator.post('/migration-runs', { concurrency: 8 });
    expect(status).toBe(202);
    runId = body.id;
    const done = await ended(runId);
    expect(done).toMatchObject({
      status: 'FAILED',
      counts: { total: size, done: size - 7, failed: 6, drifted: 1, pending: 0 },
    });
    expect([...(await asked.stop()).keys()]).toEqual([200]);
    console.info(`${size} tenants, concurrency 8: ${done.rate} tenants a minute`);
  });

  it('says so by three causes, and of each tenant with SQLSTATE and statement', async () => {
    const { body } = await system.operator.get(`/migration-runs/${runId}/causes`);
    expect(body.data).toMatchObject([
      { sqlState: '23505', migration: name, statement, count: 5, tenants: expect.arrayContaining(slugsOf(broken)) },
      expect.anything(),
      expect.anything(),
    ]);
    expect(body.data.slice(1)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          sqlState: '55P03',
          migration: name,
          statement: 'ALTER TABLE "User" ADD COLUMN "nickname" text',
          message: expect.stringContaining('held by'),
          count: 1,
          tenants: slugsOf([locked]),
        }),
        expect.objectContaining({ sqlState: null, statement: null, count: 1, tenants: slugsOf([drifted]) }),
      ]),
    );
    const { body: failed } = await system.operator.get(`/migration-runs/${runId}/tenants?state=FAILED`);
    const twins = failed.data.filter(({ cause }: { cause: { sqlState: string } }) => cause.sqlState === '23505');
    expect(twins.map(({ tenantSlug }: { tenantSlug: string }) => tenantSlug).sort()).toEqual(slugsOf(broken));
    for (const { cause } of twins) expect(cause).toMatchObject({ migration: name, statement, line: 3 });
  });

  it('leaves all of them serving, the seven as they were', async () => {
    for (const { admin } of fleet) {
      expect((await admin.get('/tickets')).status).toBe(200);
      expect((await admin.post('/tickets', { title: 'Still here', description: 'It is.' })).status).toBe(201);
    }
    for (const index of behind)
      expect(
        await inDatabase(
          fleet[index]!.databaseName,
          `SELECT count(*)::int AS columns FROM information_schema.columns WHERE column_name = 'nickname'`,
        ),
      ).toEqual([{ columns: 0 }]);
  });

  it('is done for exactly these seven by a retry, once they are mended', async () => {
    for (const index of broken)
      await inDatabase(fleet[index]!.databaseName, `UPDATE "User" SET "name" = "email" WHERE "name" = 'Twin'`);
    await endReading();
    await inDatabase(fleet[drifted]!.databaseName, `UPDATE "_prisma_migrations" SET "checksum" = reverse("checksum")`);
    const before = await takes(runId);
    await system.operator.post(`/migration-runs/${runId}/retry`);
    expect(await ended(runId)).toMatchObject({
      status: 'SUCCEEDED',
      counts: { done: size, failed: 0, drifted: 0 },
    });
    const after = await takes(runId);
    const again = fleet.flatMap(({ id }, index) => (after.get(id)! > before.get(id)! ? [index] : []));
    expect(again).toEqual(behind);
    expect((await system.operator.get(`/migration-runs/${runId}/causes`)).body.data).toEqual([]);
  });
});

/** How often each tenant was taken. */
async function takes(runId: string): Promise<Map<string, number>> {
  const rows = await system.installation.query<{ tenantId: string; takes: number }>(
    'SELECT "tenantId", "takes" FROM "TenantMigration" WHERE "runId" = $1',
    [runId],
  );
  return new Map(rows.map((row) => [row.tenantId, row.takes]));
}

describe('a worker that is killed in the middle of a run', () => {
  it('loses no tenant and repeats no migration', async () => {
    await folder.write(
      '20270000000002_traced',
      `CREATE TABLE "Trace" ("at" timestamptz DEFAULT clock_timestamp());
       INSERT INTO "Trace" DEFAULT VALUES;
       SELECT pg_sleep(0.05);`,
    );
    const { body } = await system.operator.post('/migration-runs', { concurrency: 3 });
    for (const share of [10, 25, 45]) {
      await until(async () => (await runOf(body.id)).counts.done >= share);
      worker.signal('SIGKILL');
      await worker.exit();
      expect((await runOf(body.id)).status).toBe('RUNNING');
      await startWorker();
    }
    expect(await ended(body.id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: size, failed: 0 } });
    for (const { databaseName } of fleet) {
      const [row] = await inDatabase(
        databaseName,
        `SELECT (SELECT count(*)::int FROM "Trace") AS runs,
                (SELECT count(*)::int FROM "_prisma_migrations"
                  WHERE "migration_name" = '20270000000002_traced' AND "finished_at" IS NOT NULL) AS records`,
      );
      expect(row).toEqual({ runs: 1, records: 1 });
    }
    const { body: all } = await system.operator.get('/tenants?schemaVersion=20270000000002_traced&include=total');
    expect(all.meta.total).toBe(size);
  });
});
