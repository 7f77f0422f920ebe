import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secrets } from '@helpdeskly/catalog';
import { asAdmin, connected, Installation, until, urlOf, type Caller } from '@helpdeskly/testing';
import { LifecycleQueue } from '../src/lifecycle/lifecycle-queue.js';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

const manual = { RECONCILIATION_INTERVAL: '0s', RATE_LIMIT_USER_PER_MINUTE: '0' };
/** With a superuser for administrator: what another one can see and mend is in plain-admin.test.ts. */
const bySuperuser = { TENANT_SERVER_ADMIN_URL: urlOf('postgres') };

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;
let key: string;
const leftovers: string[] = [];

beforeAll(async () => {
  installation = await Installation.create();
  api = await RunningControlApi.start(
    installation.controlConfig({ ...manual, ...bySuperuser, RECONCILIATION_MIN_AGE: '0s' }),
  );
  owner = await api.asOwner();
  const [row] = await installation.query<{ key: string }>('SELECT "key" FROM "Installation"');
  key = row?.key ?? '';
});

afterAll(async () => {
  await api.stop();
  for (const name of leftovers) await sql(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  await installation.remove();
});

const sql = (...statements: string[]) =>
  asAdmin(async (admin) => {
    for (const statement of statements) await admin.query(statement);
  });

const randomHex = () => randomUUID().replaceAll('-', '').slice(0, 15);

const isThere = (database: string) =>
  asAdmin(
    async (admin) => (await admin.query('SELECT FROM pg_database WHERE datname = $1', [database])).rowCount === 1,
  );

const roleOf = (name: string) =>
  asAdmin(async (admin) => {
    const { rows } = await admin.query<{ limit: number; login: boolean }>(
      'SELECT rolconnlimit AS limit, rolcanlogin AS login FROM pg_roles WHERE rolname = $1',
      [name],
    );
    return rows[0];
  });

/** Whether the catalog says that a tenant's roles may log in. */
async function isOpen(slug: string): Promise<boolean | undefined> {
  const [tenant] = await installation.query<{ accessOpen: boolean }>(
    'SELECT "accessOpen" FROM "Tenant" WHERE "slug" = $1',
    [slug],
  );
  return tenant?.accessOpen;
}

async function create(): Promise<{ id: string; slug: string; databaseName: string }> {
  const { status, body } = await owner.post('/tenants', tenantInput(newSlug()), wait);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

async function look(times = 2) {
  let report: any;
  for (let time = 0; time < times; time++) {
    const { status, body } = await owner.post('/reconciliation/run');
    expect(status).toBe(200);
    report = body;
  }
  return report;
}

const findingsOn = async (subject: string, state = 'open') =>
  (await owner.get(`/reconciliation?subject=${subject}&state=${state}`)).body.data;

/** An empty database of Helpdeskly's owner, with a comment. */
async function database(name: string, comment: string | null): Promise<string> {
  leftovers.push(name);
  const said = comment === null ? 'NULL' : `'${comment}'`;
  await sql(`CREATE DATABASE "${name}" OWNER helpdeskly_owner`, `COMMENT ON DATABASE "${name}" IS ${said}`);
  return name;
}

const tenantDatabase = (id: string, more = '', of = key) =>
  database(`t_${id.replaceAll('-', '')}`, `helpdeskly:${of}:${id}${more}`);

describe('the reconciler', () => {
  it('finds nothing where nothing is wrong', async () => {
    await create();
    const report = await look();
    expect(report.status).toBe('CLEAN');
    // Other installations on the same server are named, and no matter.
    expect(Object.keys(report.open).filter((kind) => kind !== 'foreign_database')).toEqual([]);
    expect(report.checks).toMatchObject([{ error: null }, { serverId: null, error: null }]);
  });

  it('acts on nothing that it has seen once', async () => {
    const name = await database(`helpdeskly_warm_${key}_once`, `helpdeskly:${key}:warm`);
    const report = await look(1);
    expect(report).toMatchObject({ status: 'FINDINGS', open: { orphan_warm_database: 1 } });
    expect(await isThere(name)).toBe(true);
  });

  it('removes a database in which an archive was restored for a verification that is over', async () => {
    const name = await database(`hd_scratch_${key}_${randomUUID().replaceAll('-', '')}`, `helpdeskly:${key}:scratch`);
    const report = await look(1);
    expect(report).toMatchObject({ status: 'FINDINGS', open: { orphan_scratch_database: 1 } });
    await look(1);
    expect(await isThere(name)).toBe(false);
  });

  it('removes a warm database that the catalog does not know', async () => {
    const name = await database(`helpdeskly_warm_${key}_orphan`, `helpdeskly:${key}:warm`);
    await look();
    expect(await isThere(name)).toBe(false);
    expect(await findingsOn(name, 'resolved')).toMatchObject([
      { kind: 'orphan_warm_database', action: 'REMOVE', sightings: 2, resolution: 'REMOVED' },
    ]);
    const { body } = await owner.get('/audit-events?limit=5');
    expect(body.data).toContainEqual(
      expect.objectContaining({
        action: 'reconciliation.removed',
        details: expect.objectContaining({ subject: name }),
      }),
    );
  });

  it('removes the login that a killed fleet query left, and neither one that may be in use nor another installation’s', async () => {
    const [left, used, foreign] = ['1', '2', '3'].map((end) => `helpdeskly_query_${randomHex()}${end}`);
    const create = (name: string | undefined, until: string, of: string) =>
      sql(
        `CREATE ROLE ${name} LOGIN VALID UNTIL ${until} IN ROLE helpdeskly_readonly`,
        `COMMENT ON ROLE ${name} IS 'helpdeskly:${of}:query'`,
      );
    await create(left, `'2020-01-01'`, key);
    await create(used, `'infinity'`, key);
    await create(foreign, `'2020-01-01'`, 'another');
    await look();
    const there = await asAdmin((admin) =>
      admin.query('SELECT rolname AS name FROM pg_roles WHERE rolname = ANY($1)', [[left, used, foreign]]),
    );
    await sql(`DROP ROLE ${used}`, `DROP ROLE ${foreign}`);
    expect(there.rows.map(({ name }) => name).sort()).toEqual([used, foreign].sort());
    expect(await findingsOn(String(left), 'resolved')).toMatchObject([{ kind: 'orphan_role', resolution: 'REMOVED' }]);
  });

  it('acts on nothing that is younger than the minimum age', async () => {
    const patient = await RunningControlApi.start(
      installation.controlConfig({ ...manual, ...bySuperuser, RECONCILIATION_MIN_AGE: '1h' }),
      { workers: false },
    );
    const name = await database(`helpdeskly_warm_${key}_young`, `helpdeskly:${key}:warm`);
    const caller = await patient.asOwner();
    for (let time = 0; time < 3; time++) await caller.post('/reconciliation/run');
    expect(await isThere(name)).toBe(true);
    await patient.stop();
    await look();
    expect(await isThere(name)).toBe(false);
  });

  it('removes a half-made database of nobody, and its role', async () => {
    const id = randomUUID();
    const name = await tenantDatabase(id);
    await sql(`CREATE ROLE "${name}_a"`, `COMMENT ON ROLE "${name}_a" IS 'helpdeskly:${key}:${id}'`);
    await look();
    expect(await isThere(name)).toBe(false);
    await look();
    expect(await roleOf(`${name}_a`)).toBeUndefined();
  });

  it('leaves a database of nobody alone in which somebody has worked, and says so', async () => {
    const name = await tenantDatabase(randomUUID());
    await connected(urlOf(name), (client) =>
      client.query('SET ROLE helpdeskly_owner; CREATE TABLE "Ticket" AS SELECT 1 AS id'),
    );
    await look(3);
    expect(await isThere(name)).toBe(true);
    expect(await findingsOn(name)).toMatchObject([
      { kind: 'half_made_database', error: expect.stringContaining('somebody has worked in it') },
    ]);
    await sql(`DROP DATABASE "${name}" WITH (FORCE)`);
  });

  it('only reports a database that served a tenant which an older catalog does not know', async () => {
    const { id, databaseName } = await create();
    await installation.query('DELETE FROM "Tenant" WHERE "id" = $1', [id]);
    leftovers.push(databaseName);
    await look(3);
    expect(await isThere(databaseName)).toBe(true);
    expect(await roleOf(`${databaseName}_a`)).toMatchObject({ login: true });
    expect(await findingsOn(databaseName)).toMatchObject([
      { kind: 'unknown_tenant_database', action: 'REPORT', tenantId: id, resolution: null },
    ]);
    await sql(`DROP DATABASE "${databaseName}" WITH (FORCE)`);
    await look(3); // Its role goes after it.
    expect(await roleOf(`${databaseName}_a`)).toBeUndefined();
  });

  it('reports what another installation has made, and what nobody has marked, and touches neither', async () => {
    const foreign = await tenantDatabase(randomUUID(), '', 'ffffffffffffffff');
    const bare = await database(`t_${randomUUID().replaceAll('-', '')}`, null);
    const own = `customer_data_${key}`;
    leftovers.push(own);
    await sql(`CREATE DATABASE "${own}"`);
    await look(3);
    for (const name of [foreign, bare]) {
      expect(await findingsOn(name)).toMatchObject([{ kind: 'foreign_database', action: 'REPORT' }]);
      expect(await isThere(name)).toBe(true);
    }
    expect(await findingsOn(own)).toEqual([]);
    for (const name of [foreign, bare, own]) await sql(`DROP DATABASE "${name}" WITH (FORCE)`);
    await look(1);
    expect(await findingsOn(foreign, 'resolved')).toMatchObject([{ resolution: 'VANISHED' }]);
  });

  it('removes an invalid database that a crashed DROP has left', async () => {
    const name = await tenantDatabase(randomUUID(), ':served');
    const foreign = await tenantDatabase(randomUUID(), '', 'ffffffffffffffff');
    await sql(`UPDATE pg_database SET datconnlimit = -2 WHERE datname IN ('${name}', '${foreign}')`);
    await look();
    expect(await isThere(name)).toBe(false);
    expect(await isThere(foreign)).toBe(true);
    await sql(`DROP DATABASE "${foreign}" WITH (FORCE)`);
  });

  it('reports the database of a tenant that is gone, until the tenant is deleted', async () => {
    const { id, slug, databaseName } = await create();
    await sql(`DROP DATABASE "${databaseName}" WITH (FORCE)`);
    await look();
    expect(await findingsOn(databaseName)).toMatchObject([
      { kind: 'missing_database', action: 'REPORT', tenantId: id, detail: expect.stringContaining(slug) },
    ]);
    await owner.delete(`/tenants/${id}?purge=now`);
    await until(async () => (await owner.get(`/tenants/${id}`)).status === 404);
    await look(1);
    expect(await findingsOn(databaseName)).toEqual([]);
    expect(await roleOf(`${databaseName}_a`)).toBeUndefined();
  });

  it('makes the login role anew that somebody has dropped', async () => {
    const { databaseName, slug } = await create();
    const role = `${databaseName}_a`;
    await sql(`REVOKE ALL ON DATABASE "${databaseName}" FROM "${role}"`, `DROP ROLE "${role}"`);
    await look();
    expect(await roleOf(role)).toMatchObject({ login: true, limit: 20 });
    await owner.post(`/tenants/${slug}/credentials/rotate`); // It has its password, or this would never end.
    await until(async () => (await roleOf(`${databaseName}_b`)) !== undefined);
  });

  it('brings a login role back to what the catalog says', async () => {
    const { databaseName } = await create();
    const role = `${databaseName}_a`;
    await sql(`ALTER ROLE "${role}" NOLOGIN CONNECTION LIMIT 1`, `ALTER ROLE "${role}" SET statement_timeout = 0`);
    await look(1);
    expect((await findingsOn(role))[0].detail).toMatch(
      /connection limit 1, statement_timeout=0, not statement_timeout=10000, may not log in/,
    );
    await look(1);
    expect(await roleOf(role)).toEqual({ login: true, limit: 20 });
    expect(await findingsOn(role, 'resolved')).toMatchObject([{ kind: 'role_settings', resolution: 'REPAIRED' }]);
  });

  /** As the tenant's own role, which may change itself. */
  async function asRole({ id, databaseName }: { id: string; databaseName: string }, statement: string): Promise<void> {
    await connected(urlOf(databaseName, { name: `${databaseName}_a`, password: await passwordOf(id) }), (client) =>
      client.query(statement),
    );
  }

  async function passwordOf(id: string): Promise<string> {
    const [row] = await installation.query<{ secret: string }>(
      'SELECT "roleSecret" AS "secret" FROM "Tenant" WHERE "id" = $1',
      [id],
    );
    return new Secrets(installation.controlConfig().encryptionKeys).open(row?.secret ?? '', id);
  }

  it.each<[string, (role: string, database: string) => string, RegExp]>([
    ['its password', () => `ALTER ROLE CURRENT_USER PASSWORD 'mine'`, /: does not take its password\.$/],
    ['its own timeout', () => 'ALTER ROLE CURRENT_USER SET statement_timeout = 0', /statement_timeout=0/],
    ['where its names lead', () => 'ALTER ROLE CURRENT_USER SET search_path = pg_catalog', /search_path=pg_catalog/],
    ['a setting that the product does not make', () => 'ALTER ROLE CURRENT_USER SET jit = off', /jit=off/],
    [
      'a setting in one database',
      (_, database) => `ALTER ROLE CURRENT_USER IN DATABASE ${database} SET work_mem = '2GB'`,
      /t_[0-9a-f]{32}: work_mem=2GB/,
    ],
    ['all its settings', () => 'ALTER ROLE CURRENT_USER RESET ALL', /not statement_timeout=10000/],
  ])('mends what a tenant’s credential did to itself: %s', async (_, statement, detail) => {
    const tenant = await create();
    const role = `${tenant.databaseName}_a`;
    await asRole(tenant, statement(role, tenant.databaseName));
    expect((await look(1)).status).toBe('FINDINGS');
    expect((await findingsOn(role))[0].detail).toMatch(detail);
    await look(1);
    expect(await findingsOn(role, 'resolved')).toMatchObject([{ kind: 'role_settings', resolution: 'REPAIRED' }]);
    await look(1);
    expect(await findingsOn(role)).toEqual([]);
    await asRole(tenant, 'SELECT FROM "Ticket"');
  });

  it.each<[string, (role: string, database: string) => string, RegExp]>([
    ['a membership', (role) => `GRANT pg_read_all_data TO ${role}`, /member of pg_read_all_data as which it may act/],
    [
      'another form of its membership',
      (role) => `GRANT helpdeskly_dml TO ${role} WITH SET TRUE`,
      /member of helpdeskly_dml as which it may act, member of not helpdeskly_dml/,
    ],
    ['attributes', (role) => `ALTER ROLE ${role} CREATEDB CREATEROLE REPLICATION`, /CREATEDB, CREATEROLE, REPLICATION/],
    ['an end', (role) => `ALTER ROLE ${role} VALID UNTIL '2100-01-01'`, /VALID UNTIL 2100/],
    ['no password at all', (role) => `ALTER ROLE ${role} PASSWORD NULL`, /does not take its password/],
  ])('takes from a tenant’s role what somebody gave it: %s', async (_, statement, detail) => {
    const { databaseName } = await create();
    const role = `${databaseName}_a`;
    await sql(statement(role, databaseName));
    await look(1);
    expect((await findingsOn(role))[0].detail).toMatch(detail);
    await look(2);
    expect(await findingsOn(role)).toEqual([]);
  });

  it('brings the settings of a tenant’s database back', async () => {
    const { databaseName } = await create();
    await sql(
      `ALTER DATABASE ${databaseName} SET timezone = 'Asia/Tokyo'`,
      `ALTER DATABASE ${databaseName} SET work_mem = '1GB'`,
    );
    await look(1);
    expect((await findingsOn(databaseName))[0]).toMatchObject({
      kind: 'database_settings',
      detail: expect.stringContaining('TimeZone=Asia/Tokyo, work_mem=1GB, not TimeZone=UTC'),
    });
    await look(2);
    expect(await findingsOn(databaseName)).toEqual([]);
  });

  it('shuts the role of a suspended tenant that somebody has opened', async () => {
    const { slug, databaseName } = await create();
    const role = `${databaseName}_a`;
    await owner.post(`/tenants/${slug}/suspend`, {});
    await until(async () => !(await isOpen(slug))); // The role is shut before that is written down.
    await sql(`ALTER ROLE "${role}" LOGIN`);
    await look(1);
    expect((await findingsOn(role))[0].detail).toMatch(/: may log in/);
    await look(1);
    expect((await roleOf(role))?.login).toBe(false);
    expect(await findingsOn(role, 'resolved')).toMatchObject([{ kind: 'role_settings', resolution: 'REPAIRED' }]);
  });

  it('takes a job out of the queue that names no tenant', async () => {
    const queue = api.app.get(LifecycleQueue, { strict: false });
    await queue.offer('purge', { tenantId: 'nobody', generation: 1 }, 3_600_000);
    const report = await look();
    expect(report.checks).toMatchObject([{ error: null }, { serverId: null, error: null }]);
    expect((await queue.waiting()).filter(({ tenantId }) => tenantId === 'nobody')).toEqual([]);
  });

  it('takes jobs out of the queue whose tenant is gone or has moved on', async () => {
    const { id } = await create();
    const queue = api.app.get(LifecycleQueue, { strict: false });
    const [gone, old] = [randomUUID(), id];
    for (const tenantId of [gone, old]) await queue.offer('access', { tenantId, generation: 0 }, 3_600_000);
    await look();
    expect((await queue.waiting()).filter(({ tenantId }) => tenantId === gone || tenantId === old)).toEqual([]);
  });

  it('drops the template of an older schema only when it has been so for a day', async () => {
    const name = await database(`helpdeskly_template_${key}_000000000000`, `helpdeskly:${key}:template`);
    await sql(`ALTER DATABASE "${name}" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
    const report = await look(3);
    expect(await isThere(name)).toBe(true);
    expect(report).toMatchObject({ status: 'CLEAN', open: { superseded_template: 1 } }); // Each release leaves one.
    await installation.query(
      `UPDATE "ReconciliationFinding" SET "firstSeenAt" = "firstSeenAt" - interval '1 day' WHERE "subject" = $1`,
      [name],
    );
    expect((await owner.get('/reconciliation')).body.status).toBe('FINDINGS');
    await look(1);
    expect(await isThere(name)).toBe(false);
  });

  it('marks databases that served before there was such a mark', async () => {
    const { id, databaseName } = await create();
    await sql(`COMMENT ON DATABASE "${databaseName}" IS 'helpdeskly:${key}:${id}'`);
    await look();
    const [row] = await asAdmin(
      async (admin) =>
        (
          await admin.query<{ comment: string }>(
            `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1`,
            [databaseName],
          )
        ).rows,
    );
    expect(row?.comment).toBe(`helpdeskly:${key}:${id}:served`);
  });
});

describe('/reconciliation', () => {
  it('is read by every operator and run by those who may write', async () => {
    const { body } = await owner.post('/api-keys', { name: 'viewer', role: 'VIEWER' });
    const viewer = api.with(body.key);
    expect((await viewer.get('/reconciliation')).status).toBe(200);
    expect((await viewer.post('/reconciliation/run')).status).toBe(403);
    expect((await api.anonymous().get('/reconciliation')).status).toBe(401);
  });

  it.each(['kind=nonsense', 'state=maybe', 'x=1', 'limit=0', 'cursor=x'])('refuses ?%s', async (query) => {
    expect((await owner.get(`/reconciliation?${query}`)).status).toBe(400);
  });
});
