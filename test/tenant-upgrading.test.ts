import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MigrationsFolder, startSystem, until, type System, type TestTenant } from '@helpdeskly/testing';

let folder: MigrationsFolder;
let system: System;
let tenants: TestTenant[];

beforeAll(async () => {
  folder = await MigrationsFolder.create();
  system = await startSystem({ control: { TENANT_MIGRATIONS_DIR: folder.path } });
  tenants = [];
  for (let count = 0; count < 3; count++) tenants.push(await system.createTenant());
});
afterAll(async () => {
  await system.close();
  await folder.remove();
});

/** As after a release whose migrations the tenants have not got yet: `lacking` says which. */
async function leaveBehind(
  lacking: 'the last' | 'one in the middle' | 'all, by an older catalog',
  asked: readonly TestTenant[] = tenants,
): Promise<void> {
  if (lacking === 'all, by an older catalog')
    await system.installation.query(`UPDATE "Tenant" SET "schemaSetId" = NULL, "schemaVersion" = '2020'`);
  else
    await system.installation.query(
      `WITH older AS (
         INSERT INTO "SchemaSet" ("id", "names", "checksums")
         SELECT 'older', array_remove("names", gone), array_remove("checksums", sum)
           FROM (SELECT *, "names"[at] AS gone, "checksums"[at] AS sum
                   FROM (SELECT *, CASE WHEN $1 THEN (SELECT count(*)::int FROM unnest("names") name WHERE name < '2027') ELSE 3 END AS at
                           FROM "SchemaSet" WHERE "id" <> 'older' ORDER BY cardinality("names") DESC LIMIT 1) AS s) AS t
         ON CONFLICT ("id") DO UPDATE SET "names" = EXCLUDED."names", "checksums" = EXCLUDED."checksums"
         RETURNING "id")
       UPDATE "Tenant" SET "schemaSetId" = older."id" FROM older`,
      [lacking === 'the last'],
    );
  for (const tenant of asked) await until(async () => (await tenant.admin.get('/tickets')).status === 503);
}

async function begin(input: object = {}): Promise<string> {
  const { status, body } = await system.operator.post('/migration-runs', input);
  expect([status, body.code]).toEqual([202, undefined]);
  return body.id;
}

async function ended(id: string) {
  await until(async () => (await system.operator.get(`/migration-runs/${id}`)).body.status !== 'RUNNING');
  return (await system.operator.get(`/migration-runs/${id}`)).body;
}

describe('a tenant whose schema is older than the build needs', () => {
  it.each(['the last', 'one in the middle', 'all, by an older catalog'] as const)(
    'is answered 503 tenant_upgrading with Retry-After until it is migrated: it lacks %s',
    async (lacking) => {
      await leaveBehind(lacking);
      for (const caller of [tenants[0]!.admin, tenants[0]!.visitor])
        for (const answer of [
          await caller.get('/tickets'),
          await caller.post('/tickets', { title: 'Now?', description: 'Not yet.' }),
          await caller.post('/auth/login', { email: tenants[0]!.admin.email, password: 'whatever it is' }),
        ]) {
          expect([answer.status, answer.body.code]).toEqual([503, 'tenant_upgrading']);
          expect(answer.headers.get('retry-after')).toBe('5');
        }
      expect(await ended(await begin())).toMatchObject({ status: 'SUCCEEDED', counts: { done: 3 } });
      for (const tenant of tenants) await until(async () => (await tenant.admin.get('/tickets')).status === 200);
    },
  );

  it('comes first in the run that is under way, as soon as somebody asks for it', async () => {
    const others: TestTenant[] = [];
    for (let count = 0; count < 3; count++) others.push(await system.createTenant());
    tenants.push(...others);
    await folder.write('20270101000000_slow', '-- compatible\nSELECT pg_sleep(0.7) FROM "TenantIdentity"');
    const last = tenants.at(-1)!;
    await leaveBehind('the last', [last]);
    const id = await begin({ concurrency: 1 });
    const states = async () =>
      new Map<string, string>(
        (await system.operator.get(`/migration-runs/${id}/tenants?limit=100`)).body.data.map(
          (row: { tenantId: string; state: string }) => [row.tenantId, row.state],
        ),
      );
    await until(async () => {
      await last.visitor.get('/tickets');
      return (await states()).get(last.id) === 'DONE';
    });
    expect([...(await states()).values()].filter((state) => state === 'PENDING').length).toBeGreaterThan(0);
    expect((await last.admin.get('/tickets')).status).toBe(200);
    expect(await ended(id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 6 } });
  });
});

describe('a tenant that app-api refuses while no run is to migrate it', () => {
  it('is an incident until one has', async () => {
    await leaveBehind('the last', [tenants[0]!]);
    const open = async () =>
      (await system.operator.get('/incidents?kind=schema_pending&state=open&limit=100')).body.data.map(
        ({ tenantSlug }: { tenantSlug: string }) => tenantSlug,
      );
    await until(async () => (await open()).includes(tenants[0]!.slug));
    expect(await ended(await begin())).toMatchObject({ status: 'SUCCEEDED' });
    await until(async () => !(await open()).includes(tenants[0]!.slug));
  });
});

describe('a tenant that has more migrations than the build knows', () => {
  const asked = { title: 'Served', description: 'It is.' };

  it('is served while each of them is declared compatible', async () => {
    await folder.write('20270101000001_more', '-- It adds.\n-- compatible\nCREATE TABLE "More" ()');
    expect(await ended(await begin())).toMatchObject({ status: 'SUCCEEDED' });
    for (const tenant of tenants) {
      expect((await system.operator.get(`/tenants/${tenant.id}`)).body.schemaVersion).toBe('20270101000001_more');
      expect((await tenant.admin.get('/tickets')).status).toBe(200);
      expect((await tenant.admin.post('/tickets', asked)).status).toBe(201);
    }
  });

  it('is answered 503 tenant_upgrading with Retry-After when one is not, and the others are served', async () => {
    await folder.write('20270101000002_other', 'CREATE TABLE "Other" ()');
    const [first, second] = tenants as [TestTenant, TestTenant];
    expect(await ended(await begin({ tenants: [first.slug] }))).toMatchObject({ status: 'SUCCEEDED' });
    await until(async () => (await first.admin.get('/tickets')).status === 503);
    for (const answer of [
      await first.admin.get('/tickets'),
      await first.admin.post('/tickets', asked),
      await first.visitor.post('/auth/login', { email: first.admin.email, password: 'whatever it is' }),
    ])
      expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
        503,
        'tenant_upgrading',
        '5',
      ]);
    expect((await second.admin.post('/tickets', asked)).status).toBe(201);
    const { data } = (await system.operator.get('/migrations?limit=100&sort=-name')).body;
    expect(data.slice(0, 2)).toMatchObject([
      { name: '20270101000002_other', compatible: false, noTransaction: false, tenants: 1 },
      { name: '20270101000001_more', compatible: true, noTransaction: false, tenants: tenants.length },
    ]);
  });
});
