import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Secrets } from '@helpdeskly/catalog';
import { needing, startSystem, until, type System, type TestTenant } from '@helpdeskly/testing';
import pg from 'pg';

needing('pgbouncer', 'redis-server')('a connection to a tenant’s database that was pooled before', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem({ pooled: true, control: { TENANT_QUERY_TIMEOUT_MS: '500' } });
  });

  afterAll(() => system.close());

  /** What app-api holds: the credential that the catalog has now, used through PgBouncer. */
  async function intruder(tenant: TestTenant): Promise<pg.Client> {
    const [row] = await system.installation.query<{ roleName: string; roleSecret: string }>(
      'SELECT "roleName", "roleSecret" FROM "Tenant" WHERE "id" = $1',
      [tenant.id],
    );
    if (row === undefined) throw new Error('the tenant has gone');
    const secrets = new Secrets(system.installation.appConfig().encryptionKeys);
    const [host, port] = (system.installation.servers?.pgbouncer.address ?? '').split(':');
    const client = new pg.Client({
      host: host ?? '',
      port: Number(port),
      database: tenant.databaseName,
      user: row.roleName,
      password: secrets.open(row.roleSecret, tenant.id),
    });
    client.on('error', () => undefined); // It is cut off: that is what this is about.
    await client.connect();
    return client;
  }

  const reads = (client: pg.Client) =>
    client.query('SELECT count(*) FROM "Ticket"').then(
      () => true,
      () => false,
    );

  const enters = async (tenant: TestTenant, config: pg.Client) => {
    const again = new pg.Client({
      host: config.host,
      port: config.port,
      database: tenant.databaseName,
      user: config.user ?? '',
      password: String(config.password),
    });
    again.on('error', () => undefined);
    try {
      await again.connect();
      return await reads(again);
    } catch {
      return false;
    } finally {
      await again.end().catch(() => undefined);
    }
  };

  it.each([
    ['suspended', (tenant: TestTenant) => system.operator.post(`/tenants/${tenant.id}/suspend`, {})],
    ['deactivated', (tenant: TestTenant) => system.operator.post(`/tenants/${tenant.id}/deactivate`)],
    ['rotated', (tenant: TestTenant) => system.operator.post(`/tenants/${tenant.id}/credentials/rotate`)],
    ['deleted', (tenant: TestTenant) => system.operator.delete(`/tenants/${tenant.id}`)],
    ['purged', (tenant: TestTenant) => system.operator.delete(`/tenants/${tenant.id}?purge=now`)],
  ])('reads nothing once the tenant is %s, nor does a new one with that credential', async (_, order) => {
    const tenant = await system.createTenant();
    const before = await intruder(tenant);
    expect(await reads(before)).toBe(true);
    const { status } = await order(tenant);
    expect([200, 202]).toContain(status);
    await until(async () => !(await reads(before)));
    expect(await reads(before)).toBe(false);
    expect(await enters(tenant, before)).toBe(false);
    await before.end().catch(() => undefined);
  });

  it('of a tenant that is active again is served as ever', async () => {
    const tenant = await system.createTenant();
    await system.operator.post(`/tenants/${tenant.id}/suspend`, {});
    const shut = () =>
      system.installation.query<{ accessOpen: boolean }>('SELECT "accessOpen" FROM "Tenant" WHERE "id" = $1', [
        tenant.id,
      ]);
    await until(async () => (await shut())[0]?.accessOpen === false);
    await system.operator.post(`/tenants/${tenant.id}/activate`);
    await until(async () => (await tenant.admin.get('/tickets')).status === 200);
    expect((await tenant.admin.post('/tickets', { title: 'Back', description: 'Again.' })).status).toBe(201);
  });

  it('of a tenant that was activated while the pooler was away is served once that is back', async () => {
    const tenant = await system.createTenant();
    const isShut = async () => {
      const [row] = await system.installation.query<{ accessOpen: boolean }>(
        'SELECT "accessOpen" FROM "Tenant" WHERE "id" = $1',
        [tenant.id],
      );
      return row?.accessOpen === false;
    };
    await system.operator.post(`/tenants/${tenant.id}/suspend`, {});
    await until(isShut);
    await system.installation.servers?.pgbouncer.process.end('SIGKILL');
    expect((await system.operator.post(`/tenants/${tenant.id}/activate`)).status).toBe(200);
    await system.installation.servers?.pgbouncer.process.start();
    await until(async () => (await tenant.admin.get('/tickets')).status === 200);
  });

  it('of every tenant is served again after the pooler was set up anew, with its console’s user alone', async () => {
    const tenant = await system.createTenant();
    const { pgbouncer } = system.installation.servers!;
    const { username, password } = new URL(pgbouncer.adminUrl);
    await pgbouncer.process.end('SIGTERM');
    await writeFile(pgbouncer.userlist, `"${username}" "${decodeURIComponent(password)}"\n`);
    await pgbouncer.process.start();
    await until(async () => (await tenant.admin.get('/tickets')).status === 200);
  });
});
