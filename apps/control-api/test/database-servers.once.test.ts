import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  connected,
  DatabaseProxy,
  OtherPostgres,
  startSystem,
  until,
  urlOf,
  type Answer,
  type Caller,
  type System,
} from '@helpdeskly/testing';
import { newSlug, tenantInput, wait } from './control-client.js';

// The default server is the one that all tests share; the second one is this file's own.
let second: OtherPostgres;
let system: System;
let owner: Caller;
let defaultServer: Record<string, any>;

beforeAll(async () => {
  second = await OtherPostgres.start('hush-hush');
  await connected(second.adminUrl, (admin) =>
    admin.query(`CREATE ROLE weak LOGIN CREATEDB PASSWORD 'weak'; CREATE ROLE other LOGIN SUPERUSER PASSWORD 'other'`),
  );
});

afterAll(async () => {
  await second.remove();
});

async function startFresh(): Promise<void> {
  system = await startSystem({ pooled: false, control: { RECONCILIATION_MIN_AGE: '0s', TENANT_WARM_DATABASES: '1' } });
  owner = system.operator;
  const { body } = await owner.get('/database-servers');
  defaultServer = body.data[0];
}

/** Purges all tenants, so that nothing of them is left on other servers either. */
async function clear(): Promise<void> {
  for (const { id } of (await owner.get('/tenants?limit=100')).body.data)
    await owner.delete(`/tenants/${id}?purge=now`);
  await until(async () => (await owner.get('/tenants')).body.data.length === 0);
}

async function close(): Promise<void> {
  await clear();
  await system.close();
}

/** A system for each test of a group, in which nothing is registered yet; or one for all, which they leave so. */
function eachOnItsOwn(): void {
  beforeEach(startFresh);
  afterEach(close);
}
function allOnOne(): void {
  beforeAll(startFresh);
  afterAll(close);
}

/** A server for one test. */
async function withThird(use: (third: OtherPostgres) => Promise<void>): Promise<void> {
  const third = await OtherPostgres.start('third');
  try {
    await use(third);
  } finally {
    await third.remove();
  }
}

function secondUrl(user = 'postgres', password = 'hush-hush'): string {
  const url = new URL(second.adminUrl);
  url.username = user;
  url.password = password;
  return url.href;
}

function input(more: Record<string, unknown> = {}) {
  return { name: 'second', host: '127.0.0.1', port: second.port, adminUrl: secondUrl(), maxTenants: 10, ...more };
}

async function register(more: Record<string, unknown> = {}): Promise<Record<string, any>> {
  const { status, body } = await owner.post('/database-servers', input(more));
  expect([status, body.detail]).toEqual([201, undefined]);
  return body;
}

async function create(): Promise<Record<string, any>> {
  const { status, body } = await owner.post('/tenants', tenantInput(newSlug()), wait);
  expect([status, body.statusReason ?? body.detail ?? null]).toEqual([201, null]);
  return body;
}

const serversOf = (tenants: readonly Record<string, any>[]) => tenants.map(({ serverId }) => serverId);
const isInvalid = (field: string) => ({ status: 422, body: { code: 'invalid_reference', field } });
const asCaller = async (role: string) => {
  const { body } = await owner.post('/api-keys', { name: role, role });
  return system.control.as({ authorization: `Bearer ${body.key}` });
};

async function eventsOf(action: string): Promise<Record<string, any>[]> {
  const { data } = (await owner.get('/audit-events?limit=100')).body;
  return data.filter((event: { action: string }) => event.action === action);
}

async function databasesOn(url: string): Promise<string[]> {
  return connected(url, async (admin) => {
    const { rows } = await admin.query<{ datname: string }>('SELECT datname FROM pg_database ORDER BY 1');
    return rows.map(({ datname }) => datname);
  });
}

describe('registering a database server', () => {
  eachOnItsOwn();

  it('answers it with its Location, and never its admin URL', async () => {
    const answer = await owner.post('/database-servers', input());
    expect(answer.status).toBe(201);
    const { id } = answer.body;
    expect(answer.headers.get('location')).toBe(`/api/v1/database-servers/${id}`);
    const shown = { name: 'second', host: '127.0.0.1', port: second.port, poolerAddress: null, state: 'ACTIVE' };
    expect(answer.body).toMatchObject({ ...shown, maxTenants: 10, tenants: 0, version: 1 });
    const everything = [answer, await owner.get(`/database-servers/${id}`), await owner.get('/audit-events')];
    expect(JSON.stringify(everything.map(({ body }) => body))).not.toContain('hush-hush');
    const [row] = await system.installation.query<{ adminSecret: string }>(
      'SELECT "adminSecret" FROM "DatabaseServer" WHERE "id" = $1',
      [id],
    );
    expect(row?.adminSecret).not.toContain('hush-hush');
    const [event] = await eventsOf('database_server.created');
    expect(event).toMatchObject({ actor: { type: 'OPERATOR' }, details: { id, name: 'second', maxTenants: 10 } });
  });

  it('takes an administrator who is no superuser', async () => {
    await withThird(async (third) => {
      await connected(third.adminUrl, (admin) =>
        admin.query(`CREATE ROLE platform LOGIN CREATEDB CREATEROLE PASSWORD 'platform' IN ROLE pg_signal_backend`),
      );
      const url = new URL(third.adminUrl);
      url.username = url.password = 'platform';
      const { id } = await register({ port: third.port, adminUrl: url.href, maxTenants: 3000 });
      expect((await create())['serverId']).toBe(id);
      await clear();
    });
  });

  it('twice at once registers it once', async () => {
    const answers = await Promise.all(['a', 'b', 'c'].map((name) => owner.post('/database-servers', input({ name }))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422]);
  });
});

describe('a database server that is registered', () => {
  allOnOne();

  it.each<[string, string, () => Record<string, unknown>]>([
    ['nobody answers', 'adminUrl', () => ({ adminUrl: 'postgres://postgres:x@127.0.0.1:1/postgres' })],
    ['the password is wrong', 'adminUrl', () => ({ adminUrl: secondUrl('postgres', 'wrong') })],
    ['the role may not make roles', 'adminUrl', () => ({ adminUrl: secondUrl('weak', 'weak') })],
    ['nobody answers at its host and port', 'host', () => ({ port: 1 })],
    ['no pooler answers', 'poolerAddress', () => ({ poolerAddress: '127.0.0.1:1' })],
    [
      'it is registered under another name',
      'adminUrl',
      () => {
        const url = new URL(urlOf('postgres'));
        return { adminUrl: url.href, host: url.hostname, port: Number(url.port) };
      },
    ],
  ])('is refused when %s, and stores nothing', async (_, field, wrong) => {
    expect(await owner.post('/database-servers', input(wrong()))).toMatchObject(isInvalid(field));
    expect((await owner.get('/database-servers')).body.data).toHaveLength(1);
  });

  it('is refused when another PostgreSQL answers at host and port', async () => {
    const { hostname, port } = new URL(urlOf('postgres'));
    const answer = await owner.post('/database-servers', input({ host: hostname, port: Number(port) }));
    // The administrator of the one is a stranger to the other, or finds that it is another.
    expect(answer).toMatchObject(isInvalid('host'));
  });

  it('under a name that another one has is answered 409', async () => {
    expect(await owner.post('/database-servers', input({ name: 'default' }))).toMatchObject({
      status: 409,
      body: { code: 'name_taken' },
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['adminUrl', { adminUrl: 'http://127.0.0.1/x' }],
    ['adminUrl', { adminUrl: 'postgres://u:p@127.0.0.1/postgres?sslrootcert=/etc/passwd' }],
    ['host', { host: 'a b' }],
    ['host', { host: 'user@host' }],
    ['host', { host: ':::::' }],
    ['host', { host: '1.2.3.256' }],
    ['adminUrl', { adminUrl: 'postgres://u:p@%2Ftmp%2Fx/postgres' }],
    ['adminUrl', { adminUrl: 'postgres://u%00x:p@127.0.0.1/postgres' }],
    ['port', { port: 0 }],
    ['poolerAddress', { poolerAddress: 'pgbouncer' }],
    ['poolerAddress', { poolerAddress: 'pgbouncer:65536' }],
    ['maxTenants', { maxTenants: 0 }],
    ['maxTenants', { maxTenants: undefined }],
    ['state', { state: 'DRAINING' }],
  ])('with a wrong %s is answered 400 (%j)', async (field, wrong) => {
    const { status, body } = await owner.post('/database-servers', input(wrong));
    expect([status, body.errors.map((error: { field: string }) => error.field)]).toEqual([400, [field]]);
  });

  it.each(['OPERATOR', 'VIEWER'])('is not for an %s', async (role) => {
    expect((await (await asCaller(role)).post('/database-servers', input())).status).toBe(403);
  });
});

describe('placement over two servers', () => {
  eachOnItsOwn();

  it('puts a new tenant where there is most room, and serves it there', async () => {
    const { id } = await register({ maxTenants: 3000 });
    const tenant = await create();
    expect(tenant['serverId']).toBe(id);
    expect(await databasesOn(secondUrl())).toContain(tenant['databaseName']);
    expect(await databasesOn(urlOf('postgres'))).not.toContain(tenant['databaseName']);
    const { slug } = tenant;
    const visitor = system.app.as({ 'x-tenant-slug': slug });
    const login = { email: `admin@${slug}.test`, password: 'correct horse battery' };
    const { accessToken } = (await visitor.post('/auth/login', login)).body;
    const admin = visitor.with({ authorization: `Bearer ${accessToken}` });
    expect((await admin.post('/tickets', { title: 'It works', description: 'here' })).status).toBe(201);
  });

  it('fills both to their limits, and not by one more, under parallel orders; then there is no capacity', async () => {
    const { id } = await register({ maxTenants: 3 });
    await owner.patch(`/database-servers/${defaultServer['id']}`, { maxTenants: 2 });
    const answers = await Promise.all(
      Array.from({ length: 9 }, () => owner.post('/tenants', tenantInput(newSlug()), wait)),
    );
    const made = answers.filter(({ status }) => status === 201).map(({ body }) => body);
    expect(serversOf(made).filter((serverId) => serverId === id)).toHaveLength(3);
    expect(serversOf(made).filter((serverId) => serverId === defaultServer['id'])).toHaveLength(2);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(Array(4).fill([503, 'no_capacity']));
    expect((await owner.get(`/database-servers/${id}`)).body.tenants).toBe(3);
    expect((await owner.get(`/tenants?serverId=${id}`)).body.data).toHaveLength(3);
  });

  it('keeps warm databases on each ACTIVE server, and none on one that drains', async () => {
    const { id } = await register();
    const warm = async () =>
      (
        await system.installation.query<{ serverId: string }>(
          `SELECT "serverId" FROM "WarmDatabase" WHERE "state" = 'READY' ORDER BY "serverId"`,
        )
      ).map(({ serverId }) => serverId);
    await until(async () => (await warm()).join() === [defaultServer['id'], id].sort().join());
    const [ready] = await system.installation.query<{ name: string }>(
      'SELECT "name" FROM "WarmDatabase" WHERE "serverId" = $1',
      [id],
    );
    expect(await databasesOn(secondUrl())).toContain(ready?.name);
    await owner.patch(`/database-servers/${id}`, { state: 'DRAINING' });
    await until(async () => (await warm()).join() === defaultServer['id']);
    await until(async () => !(await databasesOn(secondUrl())).includes(ready?.name ?? ''));
  });

  it('rotates, suspends, restores and purges a tenant on the second server as on the first', async () => {
    await register({ maxTenants: 3000 });
    const { id, databaseName } = await create();
    expect((await owner.post(`/tenants/${id}/suspend`)).status).toBe(200);
    expect((await owner.post(`/tenants/${id}/activate`)).status).toBe(200);
    expect((await owner.post(`/tenants/${id}/credentials/rotate`)).status).toBe(202);
    const generation = async () =>
      (
        await system.installation.query('SELECT "credentialGeneration" AS now FROM "Tenant" WHERE "id" = $1', [id])
      )[0]?.['now'];
    await until(async () => (await generation()) === 2);
    await owner.delete(`/tenants/${id}?purge=now`);
    await until(async () => (await owner.get(`/tenants/${id}`)).status === 404);
    expect(await databasesOn(secondUrl())).not.toContain(databaseName);
  });

  it('is compared with the catalog on both, a database that is gone from the second included', async () => {
    await register({ maxTenants: 3000 });
    const { databaseName } = await create();
    await connected(secondUrl(), (admin) => admin.query(`DROP DATABASE "${databaseName}" WITH (FORCE)`));
    for (let look = 0; look < 2; look++) await owner.post('/reconciliation/run');
    const { data } = (await owner.get('/reconciliation')).body;
    expect(data.map(({ kind, subject }: Record<string, any>) => [kind, subject])).toContainEqual([
      'missing_database',
      databaseName,
    ]);
  });
});

describe('a server that is DRAINING or OFFLINE', () => {
  eachOnItsOwn();

  it.each(['DRAINING', 'OFFLINE'])(
    'gets no new tenants while it is %s, and gets them again when ACTIVE',
    async (state) => {
      const { id } = await register({ maxTenants: 3000 });
      await owner.patch(`/database-servers/${id}`, { state });
      expect((await create())['serverId']).toBe(defaultServer['id']);
      await owner.patch(`/database-servers/${id}`, { state: 'ACTIVE' });
      expect((await create())['serverId']).toBe(id);
    },
  );

  it('goes on serving the tenants that it has while it is DRAINING', async () => {
    const { id } = await register({ maxTenants: 3000 });
    const { slug } = await create();
    await owner.patch(`/database-servers/${id}`, { state: 'DRAINING' });
    const login = { email: `admin@${slug}.test`, password: 'correct horse battery' };
    expect((await system.app.as({ 'x-tenant-slug': slug }).post('/auth/login', login)).status).toBe(200);
  });

  it('leaves no capacity when it was the only one', async () => {
    await owner.patch(`/database-servers/${defaultServer['id']}`, { state: 'DRAINING' });
    expect(await owner.post('/tenants', tenantInput(newSlug()))).toMatchObject({
      status: 503,
      body: { code: 'no_capacity' },
    });
  });
});

describe('a server that says nothing', () => {
  eachOnItsOwn();

  it('is told of within seconds, and keeps nobody waiting on another one', async () => {
    const proxy = await DatabaseProxy.start(second.adminUrl);
    const behind = new URL(proxy.through(secondUrl()));
    const { id } = await register({ adminUrl: behind.href, port: Number(behind.port), maxTenants: 3000 });
    const there = [await create(), await create(), await create()];
    proxy.treat('ignore');
    const more = await Promise.all(Array.from({ length: 6 }, () => owner.post('/tenants', tenantInput(newSlug()))));
    for (const { slug } of there) await owner.post(`/tenants/${slug}/suspend`, {});
    await owner.patch(`/database-servers/${id}`, { state: 'OFFLINE' });
    const here = await create();
    expect(here['serverId']).toBe(defaultServer['id']);
    const limited = await owner.patch(`/tenants/${there[0]?.['slug']}`, { limits: { maxConnections: 3 } });
    expect([limited.status, limited.body.code]).toEqual([503, 'tenant_database_unavailable']);
    const invited = await owner.post(`/tenants/${there[0]?.['slug']}/admin-invitation`);
    expect([invited.status, invited.body.code]).toEqual([503, 'tenant_database_unavailable']);
    await owner.delete(`/tenants/${here['slug']}?purge=now`);
    await until(async () => (await owner.get(`/tenants/${here['slug']}`)).status === 404);
    proxy.treat('pass');
    await owner.patch(`/database-servers/${id}`, { state: 'ACTIVE' });
    for (const { body } of more)
      await until(async () => (await owner.get(`/tenants/${body.id}`)).body.status === 'ACTIVE');
    await clear();
    await proxy.close();
  });

  it('gives no capacity, and a slug that is taken stays taken', async () => {
    const { slug } = await create();
    await owner.patch(`/database-servers/${defaultServer['id']}`, { state: 'DRAINING' });
    expect((await owner.post('/tenants', tenantInput(String(slug)))).body.code).toBe('slug_taken');
  });
});

describe('changing a database server', () => {
  eachOnItsOwn();

  const change = (id: string, body: object, options?: object): Promise<Answer> =>
    owner.patch(`/database-servers/${id}`, body, options);

  it('moves its version, and says in the audit trail what was changed to what', async () => {
    const { id } = await register();
    const { status, body } = await change(id, { name: 'eu-2', maxTenants: 20 });
    expect([status, body.name, body.maxTenants, body.version]).toEqual([200, 'eu-2', 20, 2]);
    const [event] = await eventsOf('database_server.updated');
    expect(event?.['details']).toEqual({
      id,
      name: 'second',
      changes: { name: { from: 'second', to: 'eu-2' }, maxTenants: { from: 10, to: 20 } },
    });
  });

  it('that changes nothing leaves version and audit trail alone', async () => {
    const { id } = await register();
    expect((await change(id, { name: 'second', adminUrl: secondUrl(), port: second.port })).body.version).toBe(1);
    expect(await eventsOf('database_server.updated')).toEqual([]);
  });

  it('for another version than the present one is answered 412', async () => {
    const { id } = await register();
    await change(id, { maxTenants: 20 }, { headers: { 'if-match': '"1"' } });
    expect(await change(id, { maxTenants: 30 }, { headers: { 'if-match': '"1"' } })).toMatchObject({
      status: 412,
      body: { code: 'version_conflict', currentVersion: 2 },
    });
  });

  it('lets a tenant through a pooler at once, and directly again', async () => {
    const { id } = await register({ maxTenants: 3000 });
    const { slug } = await create();
    const login = { email: `admin@${slug}.test`, password: 'correct horse battery' };
    const visitor = system.app.as({ 'x-tenant-slug': slug });
    for (const poolerAddress of [`127.0.0.1:${second.port}`, null]) {
      expect((await change(id, { poolerAddress })).body.poolerAddress).toBe(poolerAddress);
      expect((await visitor.post('/auth/login', login)).status).toBe(200);
    }
  });

  it('to an address where its tenants’ databases are not is refused', async () => {
    const { id } = await register({ maxTenants: 3000 });
    await create();
    await withThird(async (third) => {
      const moved = { host: '127.0.0.1', port: third.port, adminUrl: third.adminUrl };
      expect(await change(id, moved)).toMatchObject(isInvalid('adminUrl'));
      expect((await owner.get(`/database-servers/${id}`)).body).toMatchObject({ port: second.port, version: 1 });
    });
  });

  it('takes a new administrator, who replaces the former at once', async () => {
    const { id } = await register({ maxTenants: 3000, adminUrl: secondUrl('other', 'other') });
    expect((await change(id, { adminUrl: secondUrl() })).status).toBe(200);
    const [event] = await eventsOf('database_server.updated');
    expect(event?.['details'].changes).toEqual({ adminUrl: 'changed' });
    expect((await create())['serverId']).toBe(id);
  });

  it('says who is connected to it, and that it does not answer when it is away', async () => {
    let path = '';
    await withThird(async (third) => {
      const { id } = await register({ port: third.port, adminUrl: third.adminUrl });
      path = `/database-servers/${id}/connections`;
      const { status, body } = await owner.get(path);
      expect([status, body]).toEqual([
        200,
        { used: expect.any(Number), max: expect.any(Number), reserved: 3, tenants: [] },
      ]);
    });
    const { status, body } = await owner.get(path);
    expect([status, body.code]).toEqual([503, 'tenant_database_unavailable']);
  });

  it('is for OWNER and OPERATOR, its address for an OWNER alone', async () => {
    const { id } = await register();
    const [operator, viewer] = [await asCaller('OPERATOR'), await asCaller('VIEWER')];
    expect((await viewer.patch(`/database-servers/${id}`, { state: 'DRAINING' })).status).toBe(403);
    expect((await operator.patch(`/database-servers/${id}`, { state: 'DRAINING' })).status).toBe(200);
    expect((await operator.patch(`/database-servers/${id}`, { port: 1 })).status).toBe(403);
    for (const adminUrl of [secondUrl('x', 'y'), secondUrl()])
      expect((await operator.patch(`/database-servers/${id}`, { adminUrl })).status).toBe(403);
  });

  it('leaves to the configuration how the default server is called and reached', async () => {
    const { id } = defaultServer as { id: string };
    for (const body of [{ name: 'other' }, { port: 1 }, { poolerAddress: '127.0.0.1:6432' }]) {
      const { status, body: problem } = await change(id, body);
      expect([status, problem.errors?.[0]?.code]).toEqual([400, 'configured']);
    }
    expect((await change(id, { maxTenants: 5 })).body.maxTenants).toBe(5);
  });

  it('of a server that is not there is answered 404', async () => {
    expect((await change('01a1fac5-30c5-7dac-ac30-a758dbba7229', { maxTenants: 1 })).status).toBe(404);
    expect((await change('x', { maxTenants: 1 })).status).toBe(404);
  });
});
