import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secrets } from '@helpdeskly/catalog';
import { prepareTenantServer } from '@helpdeskly/embedded-postgres';
import {
  administrator,
  asAdmin,
  connected,
  Installation,
  MigrationsFolder,
  OwnPostgres,
  until,
  urlOf,
  type Caller,
} from '@helpdeskly/testing';
import type pg from 'pg';
import { openMaintenanceDatabase } from '../src/tenant-databases/readonly-role.js';
import { aboveAuditLock, closeToPublic, clusterName, missingPrivileges } from '../src/tenant-databases/server-roles.js';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

interface Made {
  readonly id: string;
  readonly databaseName: string;
}

const settings = {
  TENANT_WARM_DATABASES: '1',
  RECONCILIATION_INTERVAL: '0s',
  RECONCILIATION_MIN_AGE: '0s',
  RATE_LIMIT_USER_PER_MINUTE: '0',
};

let server: OwnPostgres;
let installation: Installation;
let migrations: MigrationsFolder;
let api: RunningControlApi;
let owner: Caller;
/** Made while a superuser administered the server. */
let former: Made;

/** A server that a superuser administered, as every installation's once was, and that prisma/server has prepared since. */
beforeAll(async () => {
  server = await OwnPostgres.start({ prepared: false });
  installation = await Installation.create({ pooled: false });
  migrations = await MigrationsFolder.create();
  await start({ TENANT_SERVER_ADMIN_URL: urlOf('postgres') });
  former = await create();
  await until(async () => (await named('helpdeskly_warm_')) === 1);
  await api.stop();
  for (let time = 0; time < 2; time++) await prepareTenantServer(urlOf('postgres'), administrator.password);
  await start({});
});

afterAll(async () => {
  await api.stop();
  await server.remove();
  await migrations.remove();
});

async function start(more: Record<string, string>): Promise<void> {
  const folder = { TENANT_MIGRATIONS_DIR: migrations.path };
  api = await RunningControlApi.start(installation.controlConfig({ ...settings, ...folder, ...more }));
  owner = await api.asOwner();
}

async function create(): Promise<Made> {
  const { status, body } = await owner.post('/tenants', tenantInput(newSlug()), wait);
  expect([status, body.statusReason]).toEqual([201, null]);
  return body;
}

const sql = async <Row extends pg.QueryResultRow>(text: string, ...values: string[]) =>
  asAdmin(async (admin) => (await admin.query<Row>(text, values)).rows);

const named = async (prefix: string) =>
  (await sql('SELECT FROM pg_database WHERE starts_with(datname, $1)', prefix)).length;

const roles = (database: string) =>
  sql<{ name: string; limit: number }>(
    'SELECT rolname AS name, rolconnlimit AS limit FROM pg_roles WHERE starts_with(rolname, $1) ORDER BY 1',
    `${database}_`,
  );

/** No database is in the making: a comparison between two steps of that would find it on one side alone. */
const warm = async () =>
  until(async () => {
    const [row] = await installation.query<{ states: string[] }>(
      `SELECT coalesce(array_agg("state"::text), '{}') AS states FROM "WarmDatabase"`,
    );
    return String(row?.states) === 'READY';
  });

/** But for what a migration and a suspension leave behind for a day. */
async function findings(): Promise<{ readonly kind: string }[]> {
  const { data } = (await owner.get('/reconciliation')).body;
  return data.filter(({ kind }: { kind: string }) => !['stale_job', 'superseded_template'].includes(kind));
}

async function asTenant({ id, databaseName }: Made, text: string): Promise<unknown> {
  const [row] = await installation.query<{ name: string; secret: string }>(
    'SELECT "roleName" AS name, "roleSecret" AS secret FROM "Tenant" WHERE "id" = $1',
    [id],
  );
  const password = new Secrets(installation.controlConfig().encryptionKeys).open(row?.secret ?? '', id);
  return connected(urlOf(databaseName, { name: row?.name ?? '', password }), (client) => client.query(text)).then(
    ({ rows }) => rows,
    (error: { code?: string }) => error.code,
  );
}

describe('the administrator that prisma/server makes', () => {
  it('is no superuser, misses nothing, and may enter no database but those of tenants', async () => {
    const [role] = await sql(
      `SELECT rolsuper, rolreplication, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = $1`,
      administrator.name,
    );
    expect(role).toEqual({
      rolsuper: false,
      rolreplication: false,
      rolbypassrls: false,
      rolcreatedb: true,
      rolcreaterole: true,
    });
    await connected(urlOf('postgres', administrator), async (client) => {
      expect(await missingPrivileges(client)).toEqual([]);
      expect(await closeToPublic(client, ['postgres', 'template1'])).toEqual([]);
      expect(await openMaintenanceDatabase(client)).toEqual([]);
    });
    for (const database of [installation.database, 'template1', 'helpdeskly_base'])
      await expect(connected(urlOf(database, administrator), (client) => client.query('SELECT 1'))).rejects.toThrow(
        /permission denied|not currently accepting/,
      );
  });

  it('does not stand above the audit trail’s lock, as a superuser of that server does, who is told so', async () => {
    const [cluster] = await installation.query<{ name: string }>(clusterName);
    const said = (url: string, name = cluster?.name) => connected(url, (client) => aboveAuditLock(client, name));
    expect(await said(urlOf('postgres', administrator))).toEqual([]);
    expect(await said(urlOf('postgres'))).toEqual([
      expect.stringMatching(/audit trail’s lock: prisma\/server\/prepare/),
    ]);
    expect(await said(urlOf('postgres'), 'another')).toEqual([]);
  });

  it('takes over a tenant that a superuser had made: limits, access, credentials, migrations', async () => {
    expect((await owner.patch(`/tenants/${former.id}`, { limits: { maxConnections: 4 } })).status).toBe(200);
    expect(await roles(former.databaseName)).toEqual([{ name: `${former.databaseName}_a`, limit: 4 }]);
    expect((await owner.post(`/tenants/${former.id}/suspend`)).status).toBe(200);
    expect((await owner.post(`/tenants/${former.id}/activate`)).status).toBe(200);
    expect((await owner.post(`/tenants/${former.id}/credentials/rotate`)).status).toBe(202);
    await until(async () => {
      const [row] = await installation.query<{ name: string }>('SELECT "roleName" AS name FROM "Tenant"');
      return row?.name === `${former.databaseName}_b`;
    });
    expect(await asTenant(former, 'SELECT "name" FROM "User"')).toEqual([{ name: 'Ada' }]);
    await migrations.write('20270000000000_since', 'CREATE TABLE "Since" ("id" int)');
    const { body: run } = await owner.post('/migration-runs', {});
    await until(async () => (await owner.get(`/migration-runs/${run.id}`)).body.status !== 'RUNNING');
    expect((await owner.get(`/migration-runs/${run.id}`)).body).toMatchObject({ status: 'SUCCEEDED' });
    expect(await asTenant(former, 'SELECT * FROM "Since"')).toEqual([]);
  });

  it('leaves nothing for the reconciler to find, and nothing for the isolation probe', async () => {
    const made = await create();
    await warm();
    await owner.post('/reconciliation/run');
    expect(await findings()).toEqual([]);
    expect((await owner.post('/isolation/run')).body).toMatchObject({ status: 'ISOLATED' });
    await sql(`ALTER ROLE ${former.databaseName}_b CONNECTION LIMIT 9 NOLOGIN`);
    await sql(`ALTER ROLE ${former.databaseName}_b SET work_mem = '2GB'`);
    await sql(`DROP OWNED BY ${made.databaseName}_a; DROP ROLE ${made.databaseName}_a`);
    await owner.post('/reconciliation/run');
    expect((await findings()).map(({ kind }) => kind).sort()).toEqual(['missing_role', 'role_settings']);
    for (let time = 0; time < 2; time++) await owner.post('/reconciliation/run');
    expect(await findings()).toEqual([]);
    expect(await asTenant(former, 'SHOW work_mem')).toEqual([{ work_mem: '4MB' }]);
    expect(await asTenant(made, 'SELECT "name" FROM "User"')).toEqual([{ name: 'Ada' }]);
  });

  it('says what it may not take back from a tenant’s role, and why', async () => {
    const made = await create();
    const role = `${made.databaseName}_a`;
    await sql(`GRANT pg_read_all_data TO ${role}`);
    for (let time = 0; time < 2; time++) await owner.post('/reconciliation/run');
    expect((await owner.get(`/reconciliation?subject=${role}`)).body.data).toMatchObject([
      { kind: 'role_settings', error: expect.stringMatching(/permission denied to revoke role "pg_read_all_data"/) },
    ]);
    await sql(`REVOKE pg_read_all_data FROM ${role}`);
    await owner.post('/reconciliation/run');
    expect((await owner.get(`/reconciliation?subject=${role}`)).body.data).toEqual([]);
  });

  it.each(['the former tenant', 'a new one'])('has closed large objects to %s', async (which) => {
    const tenant = which === 'a new one' ? await create() : former;
    expect(await asTenant(tenant, 'SELECT lo_create(0)')).toBe('42501');
  });

  it('purges what a superuser had made, and what it has made itself', async () => {
    const own = await create();
    for (const { id, databaseName } of [former, own]) {
      expect((await owner.delete(`/tenants/${id}?purge=now`)).status).toBe(202);
      await until(async () => (await roles(databaseName)).length + (await named(databaseName)) === 0);
    }
  });
});
