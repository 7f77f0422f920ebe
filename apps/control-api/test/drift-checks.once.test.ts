import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, until, type Caller } from '@helpdeskly/testing';
import { MigrationFleet, type FleetTenant } from './migration-fleet.js';

let fleet: MigrationFleet;
let owner: Caller;
let acme: FleetTenant;
let globex: FleetTenant;

beforeAll(async () => {
  fleet = await MigrationFleet.start(3);
  ({ owner } = fleet);
  [acme, globex] = fleet.tenants as [FleetTenant, FleetTenant];
});
afterAll(() => fleet?.stop());

async function ended(id: string): Promise<any> {
  await until(async () => (await owner.get(`/drift-checks/${id}`)).body.status === 'DONE');
  return (await owner.get(`/drift-checks/${id}`)).body;
}

/** What a check finds, by the tenants' slugs. */
async function checked(input: object = {}): Promise<Record<string, any>> {
  const { status, body, headers } = await owner.post('/drift-checks', input);
  expect([status, headers.get('location')]).toEqual([202, `/api/v1/drift-checks/${body.id}`]);
  const { result } = await ended(body.id);
  return Object.fromEntries(result.map(({ tenant, ...rest }: any) => [tenant, rest]));
}

const differencesOf = async ({ slug }: FleetTenant): Promise<any[]> =>
  (await checked({ tenants: [slug] }))[slug].differences;
const incidents = async (): Promise<any[]> => (await owner.get('/incidents?kind=schema_drift&state=open')).body.data;

/** What differs after `change`, which `undo` takes back. */
async function after(change: string, undo: string): Promise<any[]> {
  await fleet.ask(acme, change);
  try {
    return await differencesOf(acme);
  } finally {
    await fleet.ask(acme, undo);
  }
}

const index = `CREATE UNIQUE INDEX "Group_nameKey_key" ON "Group" ("nameKey")`;

describe('a drift check', () => {
  it('finds nothing in tenants that nobody touched, and leaves nothing behind', async () => {
    const found = await checked();
    expect(Object.keys(found).sort()).toEqual(fleet.tenants.map(({ slug }) => slug).sort());
    for (const each of Object.values(found))
      expect(each).toEqual({ tenantId: expect.any(String), differences: [], differenceCount: 0, error: null });
    await until(async () => {
      const left = await asAdmin((admin) =>
        admin.query("SELECT FROM pg_database WHERE datname LIKE 'helpdeskly\\_warm\\_%\\_drift\\_%'"),
      );
      return left.rowCount === 0;
    });
    expect(await incidents()).toEqual([]);
  });

  it.each([
    ['a table', 'CREATE TABLE extra ()', 'DROP TABLE extra', 'table public.extra', [null, expect.any(String)]],
    [
      'a column',
      'ALTER TABLE "Group" ADD COLUMN extra integer DEFAULT 7',
      'ALTER TABLE "Group" DROP COLUMN extra',
      'column public."Group".extra',
      [null, 'integer DEFAULT 7'],
    ],
    [
      'a type',
      'ALTER TABLE "Ticket" ALTER COLUMN "reopenCount" TYPE bigint',
      'ALTER TABLE "Ticket" ALTER COLUMN "reopenCount" TYPE integer',
      'column public."Ticket"."reopenCount"',
      ['integer NOT NULL DEFAULT 0', 'bigint NOT NULL DEFAULT 0'],
    ],
    [
      'a default',
      `ALTER TABLE "Ticket" ALTER COLUMN "reopenCount" SET DEFAULT 5`,
      `ALTER TABLE "Ticket" ALTER COLUMN "reopenCount" SET DEFAULT 0`,
      'column public."Ticket"."reopenCount"',
      ['integer NOT NULL DEFAULT 0', 'integer NOT NULL DEFAULT 5'],
    ],
    [
      'a constraint that was not validated',
      `ALTER TABLE "Group" ADD CONSTRAINT odd CHECK ("version" > 0) NOT VALID`,
      `ALTER TABLE "Group" DROP CONSTRAINT odd`,
      'constraint odd on public."Group"',
      [null, 'CHECK ((version > 0)) NOT VALID'],
    ],
    [
      'an index',
      'CREATE INDEX extra ON "Group" ("version")',
      'DROP INDEX extra',
      'index public.extra',
      [null, 'CREATE INDEX extra ON public."Group" USING btree (version)'],
    ],
    [
      'an enum value',
      `ALTER TYPE "TicketPriority" RENAME VALUE 'LOW' TO 'LOWEST'`,
      `ALTER TYPE "TicketPriority" RENAME VALUE 'LOWEST' TO 'LOW'`,
      'enum public."TicketPriority"',
      [expect.stringContaining("'LOW' "), expect.stringContaining("'LOWEST' ")],
    ],
    [
      'a function',
      `CREATE FUNCTION extra() RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
      'DROP FUNCTION extra()',
      'function public.extra()',
      [null, expect.stringContaining('SELECT 1')],
    ],
    [
      'a trigger that is off',
      `DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname LIMIT 1); END $$`,
      `DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE %s ENABLE TRIGGER %I', tgrelid::regclass, tgname) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname LIMIT 1); END $$`,
      expect.stringMatching(/^trigger /),
      [expect.not.stringContaining('ENABLED'), expect.stringMatching(/ ENABLED D$/)],
    ],
    [
      'a grant',
      'GRANT DELETE ON "TicketEvent" TO helpdeskly_dml',
      'REVOKE DELETE ON "TicketEvent" FROM helpdeskly_dml',
      'grants on public."TicketEvent"',
      [expect.not.stringContaining('helpdeskly_dml: DELETE'), expect.stringContaining('helpdeskly_dml: DELETE')],
    ],
    [
      'a grant of a column',
      'GRANT SELECT ("passwordHash") ON "User" TO helpdeskly_readonly',
      'REVOKE SELECT ("passwordHash") ON "User" FROM helpdeskly_readonly',
      'grants on column public."User"."passwordHash"',
      [null, 'helpdeskly_readonly: SELECT'],
    ],
    [
      'an owner',
      'ALTER TABLE "Group" OWNER TO CURRENT_USER',
      'ALTER TABLE "Group" OWNER TO helpdeskly_owner',
      'table public."Group"',
      ['owner helpdeskly_owner', expect.not.stringContaining('helpdeskly_owner')],
    ],
    [
      'row security',
      'ALTER TABLE "Group" ENABLE ROW LEVEL SECURITY',
      'ALTER TABLE "Group" DISABLE ROW LEVEL SECURITY',
      'table public."Group"',
      ['owner helpdeskly_owner', 'owner helpdeskly_owner, ROW SECURITY'],
    ],
    [
      'an extension',
      'CREATE EXTENSION "uuid-ossp"',
      'DROP EXTENSION "uuid-ossp"',
      'extension uuid-ossp',
      [null, expect.stringMatching(/^[\d.]+ in public$/)],
    ],
    [
      'a setting',
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''64MB''', current_database()); END $$`,
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET work_mem', current_database()); END $$`,
      'setting work_mem',
      [null, '64MB'],
    ],
  ])('tells of %s', async (_what, change, undo, object, [expected, found]) => {
    expect(await after(change, undo)).toContainEqual({ object, expected, found });
  });

  it('tells of an index that is not valid, and of one that is gone', async () => {
    const invalid = (is: boolean) =>
      `UPDATE pg_index SET indisvalid = ${!is} WHERE indexrelid = '"Group_nameKey_key"'::regclass`;
    expect(await after(invalid(true), invalid(false))).toEqual([
      {
        object: 'index public."Group_nameKey_key"',
        expected: expect.any(String),
        found: expect.stringMatching(/ INVALID$/),
      },
    ]);
    expect(await after('DROP INDEX "Group_nameKey_key"', index)).toEqual([
      {
        object: 'index public."Group_nameKey_key"',
        expected: expect.stringContaining('CREATE UNIQUE INDEX'),
        found: null,
      },
    ]);
    expect(await differencesOf(acme)).toEqual([]);
  });

  it('mends nothing, and is an incident until a later one finds the database as its template', async () => {
    await fleet.ask(acme, 'CREATE TABLE extra ()');
    const found = await checked();
    expect(found[globex.slug].differences).toEqual([]);
    expect(found[acme.slug].differenceCount).toBe(found[acme.slug].differences.length);
    await fleet.ask(acme, 'TABLE extra');
    const [incident] = await incidents();
    expect(incident).toMatchObject({ tenantSlug: acme.slug, severity: 'WARNING' });
    expect(incident.message).toContain('public.extra');
    await checked({ tenants: [globex.id] });
    expect((await incidents()).map(({ id }) => id)).toEqual([incident.id]);
    await fleet.ask(acme, 'DROP TABLE extra');
    await checked({ tenants: [acme.id] });
    expect(await incidents()).toEqual([]);
  });

  it('looks at a sample, by chance', async () => {
    expect(Object.keys(await checked({ sample: 2 }))).toHaveLength(2);
    expect(Object.keys(await checked({ sample: 5, tenants: [acme.slug, acme.id] }))).toEqual([acme.slug]);
  });

  it.each([
    [{ tenants: [] }, 400, 'validation_failed'],
    [{ tenants: ['nobody-here'] }, 422, 'invalid_reference'],
    [{ sample: 0 }, 400, 'validation_failed'],
    [{ sample: 'all' }, 400, 'validation_failed'],
    [{ mend: true }, 400, 'validation_failed'],
  ])('is refused for %j', async (input, status, code) => {
    const answer = await owner.post('/drift-checks', input);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('compares each tenant with the template of its own migrations', async () => {
    const name = await fleet.add('CREATE TABLE "newer" ()');
    await fleet.ended(await fleet.begin({ tenants: [globex.slug] }));
    expect(await fleet.ask(globex, 'TABLE "newer"')).toEqual([]);
    const found = await checked({ tenants: [acme.slug, globex.slug] });
    for (const { slug } of [acme, globex]) expect(found[slug]).toMatchObject({ differences: [], error: null });
    await fleet.folder.removeMigration(name);
    const without = await checked({ tenants: [acme.slug, globex.slug] });
    expect(without[acme.slug]).toMatchObject({ differences: [], error: null });
    expect(without[globex.slug]).toMatchObject({ differences: [], error: expect.stringContaining(name) });
    expect(await incidents()).toEqual([]);
  });

  it('says which migrations a database records otherwise than the catalog', async () => {
    const last = `(SELECT max("migration_name") FROM "_prisma_migrations")`;
    const finished = (value: string) =>
      `UPDATE "_prisma_migrations" SET "finished_at" = ${value} WHERE "migration_name" = ${last}`;
    expect(await after(finished('NULL'), finished('now()'))).toEqual([
      { object: expect.stringMatching(/^migration \d+_/), expected: expect.any(String), found: null },
    ]);
  });

  it('goes on when the queue has lost it', async () => {
    const [check] = await fleet.installation.query<{ id: string }>(
      `WITH made AS (INSERT INTO "DriftCheck" DEFAULT VALUES RETURNING "id"), listed AS (
         INSERT INTO "DriftCheckTenant" ("checkId", "tenantId", "position") SELECT made."id", $1::uuid, 1 FROM made)
       SELECT "id"::text AS "id" FROM made`,
      [acme.id],
    );
    expect((await ended(check?.id ?? '')).result).toMatchObject([{ tenant: acme.slug, differences: [] }]);
  });

  it('says which tenants it could not compare, and leaves what it knew of them', async () => {
    const server = (state: string) => fleet.installation.query(`UPDATE "DatabaseServer" SET "state" = '${state}'`);
    await server('OFFLINE');
    const found = await checked({ tenants: [acme.slug] }).finally(() => server('ACTIVE'));
    expect(found[acme.slug].error).toContain('OFFLINE');
    const { data } = (await owner.get('/drift-checks?limit=1')).body;
    expect(data).toMatchObject([{ status: 'DONE', progress: { total: 1, done: 1, drifted: 0, failed: 1 } }]);
    expect((await owner.get(`/drift-checks/${data[0].id}`)).body.error).toBe('1 tenants could not be compared.');
  });
});
