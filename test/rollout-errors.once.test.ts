import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MigrationsFolder, startSystem, until, type System, type TestTenant } from '@helpdeskly/testing';

let folder: MigrationsFolder;
let system: System;
let tenants: TestTenant[];

beforeAll(async () => {
  folder = await MigrationsFolder.create();
  system = await startSystem({ control: { TENANT_MIGRATIONS_DIR: folder.path } });
  tenants = [await system.createTenant(), await system.createTenant(), await system.createTenant()];
});

afterAll(async () => {
  await system.close();
  await folder.remove();
});

it('a migration that makes app-api answer 500 halts its run in the soak, and the other waves are not touched', async () => {
  const [canary, ...others] = tenants as [TestTenant, ...TestTenant[]];
  await folder.write(
    '20270000000001_broken',
    `-- compatible
     CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$;
     CREATE TRIGGER broken BEFORE INSERT ON "Ticket" FOR EACH ROW EXECUTE FUNCTION broken();`,
  );
  const { body } = await system.operator.post('/migration-runs', {
    canary: [canary.slug],
    waves: [50, 100],
    soak: '1h',
    maxErrorRate: 0.2,
  });
  const run = async () => (await system.operator.get(`/migration-runs/${body.id}`)).body;
  await until(async () => (await run()).status === 'SOAKING');
  const open = async ({ admin }: TestTenant) =>
    (await admin.post('/tickets', { title: 'Printer on fire', description: 'Help' })).status;
  for (let count = 0; count < 60; count++) expect(await open(canary)).toBe(500);
  for (const other of others) expect(await open(other)).toBe(201);
  await until(async () => (await run()).status === 'HALTED');
  expect(await run()).toMatchObject({
    statusReason: expect.stringMatching(
      /^The migrated tenants answered \d+ of \d+ requests .* 20 % more are allowed\.$/,
    ),
    counts: { done: 1, pending: 2, failed: 0 },
    stages: { done: 1 },
  });
  for (const other of others)
    expect((await system.operator.get(`/tenants/${other.id}`)).body).toMatchObject({ schemaPending: 1 });
});
