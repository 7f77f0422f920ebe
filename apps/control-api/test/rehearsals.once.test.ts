import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, until, connected } from '@helpdeskly/testing';
import { MigrationFleet, type FleetTenant } from './migration-fleet.js';

let fleet: MigrationFleet;
let tenants: readonly FleetTenant[];

beforeAll(async () => {
  fleet = await MigrationFleet.start(4);
  tenants = [...fleet.tenants];
});
afterEach(async () => {
  expect(await copies()).toEqual([]);
  await fleet.forget();
});
afterAll(() => fleet?.stop());

/** The copies that are on the server now. */
async function copies(): Promise<string[]> {
  const [row] = await fleet.installation.query<{ key: string }>('SELECT "key" FROM "catalog"."installation"');
  return asAdmin(async (admin) => {
    const { rows } = await admin.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [`hd_scratch_${row!.key}_`],
    );
    return rows.map(({ datname }) => datname);
  });
}

async function ended(id: string): Promise<any> {
  await until(async () => (await fleet.owner.get(`/migration-rehearsals/${id}`)).body.status === 'DONE');
  return (await fleet.owner.get(`/migration-rehearsals/${id}`)).body;
}

async function rehearse(input: object = {}): Promise<any> {
  const { status, body, headers } = await fleet.owner.post('/migration-rehearsals', input);
  expect([status, headers.get('location')]).toEqual([202, `/api/v1/migration-rehearsals/${body.id}`]);
  return ended(body.id);
}

const resultOf = (rehearsal: any, { slug }: FleetTenant) =>
  rehearsal.result.find(({ tenant }: { tenant: string }) => tenant === slug);
const inCopyOf = async (tenant: FleetTenant, sql: string): Promise<any> =>
  resultOf(await rehearse({ migrations: [await fleet.add(sql)], tenants: [tenant.slug] }), tenant);

describe('a rehearsal', () => {
  it('tries the largest, the oldest and a random tenant, and those that are named, and changes none', async () => {
    const [oldest, second, large] = tenants as [FleetTenant, FleetTenant, FleetTenant];
    await fleet.ask(
      large,
      `INSERT INTO "Organization" ("name", "nameKey") SELECT 'firm ' || n, 'firm ' || n FROM generate_series(1, 20000) n`,
    );
    const name = await fleet.add('ALTER TABLE "Organization" ADD COLUMN "hue" integer');
    const rehearsal = await rehearse({ tenants: [second.id] });
    expect(rehearsal).toMatchObject({
      status: 'DONE',
      migrations: expect.arrayContaining([name]),
      progress: { failed: 0 },
      finishedAt: expect.any(String),
    });
    expect(rehearsal.result.slice(0, 2)).toMatchObject([
      { tenant: large.slug, choice: 'LARGEST' },
      { tenant: oldest.slug, choice: 'OLDEST' },
    ]);
    expect(rehearsal.result[2]).toMatchObject({ choice: 'RANDOM' });
    expect(resultOf(rehearsal, second)).toBeDefined();
    for (const each of rehearsal.result)
      expect(each).toMatchObject({
        applied: [name],
        error: null,
        rewrites: [],
        sizeBytes: expect.any(Number),
        durationMs: expect.any(Number),
        locks: expect.arrayContaining([
          { relation: 'Organization', mode: 'AccessExclusiveLock', heldMs: expect.any(Number) },
        ]),
      });
    expect(rehearsal.forecast).toMatchObject({ tenants: 4, concurrency: 5 });
    expect(rehearsal.forecast.durationMs).toBeGreaterThan(0);
    expect(rehearsal.forecast.longestMs).toBeGreaterThan(0);
    for (const tenant of tenants)
      expect(await fleet.ask(tenant, `SELECT FROM information_schema.columns WHERE column_name = 'hue'`)).toEqual([]);
  });

  it('copies every row, sequence and rule of the schema', async () => {
    const [tenant] = tenants as [FleetTenant];
    const ask = `SELECT (SELECT count(*) FROM "Organization") || ' ' || (SELECT count(*) FROM "User") || ' ' ||
      (SELECT count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace) || ' ' ||
      (SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace AND i.indisvalid) || ' ' ||
      (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O') AS all`;
    const [here] = await fleet.ask(tenant, ask);
    const { error } = await inCopyOf(
      tenant,
      `DO $$ BEGIN RAISE EXCEPTION 'has %', (SELECT "all" FROM (${ask.replace(' AS all', ' AS "all"')}) x); END $$`,
    );
    expect(error).toContain(`has ${String(here!.all)}`);
  });

  it('says which tables are rewritten, which locks are held meanwhile, and how the database grows', async () => {
    const large = tenants[2]!;
    const found = await inCopyOf(
      large,
      'ALTER TABLE "Organization" ADD COLUMN "key" uuid NOT NULL DEFAULT gen_random_uuid(); CREATE TABLE "Fresh" ("id" int);',
    );
    expect(found).toMatchObject({ rewrites: ['Organization'], error: null });
    expect(found.sizeChange).toBeGreaterThan(20_000 * 10); // The rewrite also gives back what was free.
    expect(found.locks).toContainEqual({
      relation: 'Organization',
      mode: 'AccessExclusiveLock',
      heldMs: expect.any(Number),
    });
    expect(found.locks.map(({ relation }: { relation: string }) => relation)).not.toContain('Fresh');
    expect(found.locks.map(({ relation }: { relation: string }) => relation)).not.toContain('_prisma_migrations');
  });

  it('fails where a run would, with what PostgreSQL says, and the others go on', async () => {
    const [first, second] = tenants as [FleetTenant, FleetTenant];
    await fleet.ask(first, `INSERT INTO "Organization" ("name", "nameKey") VALUES ('Twin', 'a'), ('twin', 'b')`);
    const name = await fleet.add('CREATE UNIQUE INDEX CONCURRENTLY one_name ON "Organization" (lower("name"))');
    const rehearsal = await rehearse({ migrations: [name], tenants: [first.slug, second.slug] });
    expect(resultOf(rehearsal, first)).toMatchObject({
      applied: [],
      durationMs: null,
      error: expect.stringMatching(new RegExp(`^The migration ${name} failed: .*23505`)),
    });
    expect(resultOf(rehearsal, second)).toMatchObject({ applied: [name], error: null });
    expect(rehearsal.progress).toMatchObject({ failed: 1 });
    await fleet.ask(first, `DELETE FROM "Organization" WHERE "name" IN ('Twin', 'twin')`);
  });

  it('makes no copy that would not behave as the database does', async () => {
    const [first] = tenants as [FleetTenant];
    await fleet.ask(first, 'CREATE TABLE by_hand ()');
    try {
      expect(await inCopyOf(first, 'CREATE TABLE other ()')).toMatchObject({
        applied: [],
        error: expect.stringContaining('differs from its template (grants on public.by_hand)'),
      });
    } finally {
      await fleet.ask(first, 'DROP TABLE by_hand');
    }
  });

  it('waits for no session that keeps a table to itself, and says so', async () => {
    const [first] = tenants as [FleetTenant];
    await connected(fleet.urlOf(first), async (reader) => {
      await reader.query('BEGIN; LOCK TABLE "Organization" IN ACCESS EXCLUSIVE MODE');
      const name = await fleet.add('SELECT 1');
      const { body } = await fleet.owner.post('/migration-rehearsals', { migrations: [name], tenants: [first.slug] });
      const { result } = await ended(body.id);
      expect(resultOf({ result }, first)).toMatchObject({ error: expect.stringMatching(/timeout/) });
      await reader.query('ROLLBACK');
    });
  });

  it('makes another copy when one is lost in the middle, and leaves nothing', async () => {
    const [first] = tenants as [FleetTenant];
    const name = await fleet.add('SELECT pg_sleep(2)');
    const { body } = await fleet.owner.post('/migration-rehearsals', { migrations: [name], tenants: [first.slug] });
    await until(async () => {
      const [row] = await asAdmin(
        async (admin) =>
          (
            await admin.query(
              `SELECT datname FROM pg_stat_activity WHERE query ~ 'pg_sleep.2.' AND datname ~ '^hd_scratch'`,
            )
          ).rows,
      );
      if (row !== undefined)
        await asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS "${row.datname}" WITH (FORCE)`));
      return row !== undefined;
    });
    const { result } = await ended(body.id);
    expect(result.map(({ error }: { error: string | null }) => error)).toEqual(result.map(() => null));
  });
});

describe('/migration-rehearsals', () => {
  it('refuses what is not there, and begins nothing', async () => {
    const before = (await fleet.owner.get('/migration-rehearsals?include=total')).body.meta.total;
    for (const [input, status] of [
      [{ migrations: ['20990101000000_nobody'] }, 422],
      [{ tenants: ['nobody'] }, 422],
      [{ migrations: [] }, 400],
      [{ tenants: [] }, 400],
      [{ migrations: 'all' }, 400],
      [{ more: 1 }, 400],
    ] as const)
      expect([input, (await fleet.owner.post('/migration-rehearsals', input)).status]).toEqual([input, status]);
    expect((await fleet.owner.get('/migration-rehearsals?include=total')).body.meta.total).toBe(before);
    expect((await fleet.owner.get('/migration-rehearsals/nobody')).status).toBe(404);
  });

  it('lists them, newest first, and tells the audit', async () => {
    const name = await fleet.add('SELECT 1');
    const { id } = await rehearse({ migrations: [name] });
    const { data } = (await fleet.owner.get('/migration-rehearsals?limit=1&status=DONE')).body;
    expect(data).toMatchObject([{ id, migrations: [name], progress: { failed: 0 } }]);
    expect(data[0].progress.done).toBe(data[0].progress.total);
    const { body } = await fleet.owner.get('/audit-events?limit=5');
    expect(body.data.map(({ action }: { action: string }) => action)).toContain('migration_rehearsal.created');
  });
});
