import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secrets } from '@helpdeskly/catalog';
import { connected, Installation, OtherPostgres, type Caller } from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let server: OtherPostgres;
let installation: Installation;
let api: RunningControlApi;
let owner: Caller;

/** A tenant server of its own, apart from the control database's, by an administrator who is no superuser. */
beforeAll(async () => {
  server = await OtherPostgres.start('secret');
  await connected(server.adminUrl, (superuser) =>
    superuser.query(
      `CREATE ROLE platform LOGIN CREATEDB CREATEROLE PASSWORD 'platform'; GRANT pg_signal_backend TO platform`,
    ),
  );
  installation = await Installation.create();
  const adminUrl = urlAs('platform', 'platform', 'postgres');
  api = await RunningControlApi.start(
    installation.controlConfig({
      TENANT_SERVER_ADMIN_URL: adminUrl,
      RECONCILIATION_INTERVAL: '0s',
      RECONCILIATION_MIN_AGE: '0s',
    }),
  );
  owner = await api.asOwner();
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
  await server.remove();
});

function urlAs(name: string, password: string, database: string): string {
  const url = new URL(server.adminUrl);
  url.username = name;
  url.password = password;
  url.pathname = `/${database}`;
  return url.href;
}

describe('an administrator who is no superuser', () => {
  it('is enough to make tenants, change their limits, invite their admins and see who is busy', async () => {
    const { status, body } = await owner.post('/tenants', tenantInput(newSlug()), wait);
    expect([status, body.statusReason]).toEqual([201, null]);
    expect((await owner.patch(`/tenants/${body.id}`, { limits: { maxConnections: 4 } })).status).toBe(200);
    expect((await owner.post(`/tenants/${body.id}/admin-invitation`)).status).toBe(201);
    const { rows } = await connected(server.adminUrl, (superuser) =>
      superuser.query('SELECT rolconnlimit FROM pg_roles WHERE rolname = $1', [`${body.databaseName}_a`]),
    );
    expect(rows).toEqual([{ rolconnlimit: 4 }]);
    await connected(urlAs('postgres', 'secret', body.databaseName), async () => {
      const { data } = (await owner.get('/tenants/top?by=connections')).body;
      expect(data).toEqual([{ tenant: expect.objectContaining({ id: body.id }), count: 1 }]);
    });
  });

  it("keeps tenants out of each other's databases and schemas all the same", async () => {
    const secrets = new Secrets(installation.controlConfig().encryptionKeys);
    const [acme, globex] = await Promise.all(
      [newSlug(), newSlug()].map((slug) => owner.post('/tenants', tenantInput(slug), wait)),
    );
    const [row] = await installation.query<{ roleName: string; roleSecret: string }>(
      'SELECT "roleName", "roleSecret" FROM "Tenant" WHERE "id" = $1',
      [acme?.body.id],
    );
    const asAcme = (database: string, sql: string) =>
      connected(urlAs(row?.roleName ?? '', secrets.open(row?.roleSecret ?? '', acme?.body.id), database), (client) =>
        client.query(sql),
      );
    expect((await asAcme(acme?.body.databaseName, 'SELECT "name" FROM "User"')).rows).toEqual([{ name: 'Ada' }]);
    await expect(asAcme(globex?.body.databaseName, 'SELECT 1')).rejects.toMatchObject({ code: '42501' });
    await expect(asAcme(acme?.body.databaseName, 'CREATE TABLE mine (id int)')).rejects.toMatchObject({
      code: '42501',
    });
    await expect(asAcme(acme?.body.databaseName, 'SET ROLE helpdeskly_owner')).rejects.toMatchObject({ code: '42501' });
  });

  it('finds by signing in what it may not read: a role that has changed its password', async () => {
    const { body } = await owner.post('/tenants', tenantInput(newSlug()), wait);
    const role = `${body.databaseName}_a`;
    await connected(server.adminUrl, (superuser) => superuser.query(`ALTER ROLE ${role} PASSWORD 'mine'`));
    const findings = async (state: string) =>
      (await owner.get(`/reconciliation?subject=${role}&state=${state}`)).body.data;
    await owner.post('/reconciliation/run');
    expect(await findings('open')).toMatchObject([
      { kind: 'role_settings', detail: expect.stringMatching(/: does not take its password\.$/) },
    ]);
    await owner.post('/reconciliation/run');
    expect(await findings('resolved')).toMatchObject([{ kind: 'role_settings', resolution: 'REPAIRED' }]);
    await owner.post('/reconciliation/run');
    expect(await findings('open')).toEqual([]);
  });

  it('limits temporary files once it was granted that parameter', async () => {
    const settingsOf = async (database: string) =>
      (
        await connected(server.adminUrl, (superuser) =>
          superuser.query('SELECT rolconfig FROM pg_roles WHERE rolname = $1', [`${database}_a`]),
        )
      ).rows[0].rolconfig;
    const create = async () => (await owner.post('/tenants', tenantInput(newSlug()), wait)).body.databaseName;
    expect(await settingsOf(await create())).toEqual(['statement_timeout=10000']);
    await connected(server.adminUrl, (superuser) =>
      superuser.query('GRANT SET ON PARAMETER temp_file_limit TO platform'),
    );
    expect(await settingsOf(await create())).toEqual(['statement_timeout=10000', 'temp_file_limit=1GB']);
  });
});
