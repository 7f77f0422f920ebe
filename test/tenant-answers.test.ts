import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asAdmin,
  connected,
  enterStatus,
  startSystem,
  type System,
  type TestTenant,
  until,
  urlOf,
} from '@helpdeskly/testing';

let system: System;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  system = await startSystem({
    // Longer than a query waits in PgBouncer for a server, which then says why.
    app: { TENANT_POOL_MAX: '2', TENANT_CONNECTION_WAIT_MS: '100', TENANT_QUERY_TIMEOUT_MS: '6000' },
  });
  [acme, globex] = await Promise.all([system.createTenant(), system.createTenant()]);
});
afterAll(() => system.close());

const list = (tenant: TestTenant) => tenant.admin.get('/tickets');

/** While `work` runs, nobody can read the tenant's tickets. */
const whileLocked = <T>(tenant: TestTenant, work: () => Promise<T>): Promise<T> =>
  connected(urlOf(tenant.databaseName), async (client) => {
    await client.query('BEGIN; LOCK TABLE "Ticket"');
    try {
      return await work();
    } finally {
      await client.query('ROLLBACK');
    }
  });

describe('a tenant that is not served', () => {
  const enter = (status: string) => system.installation.query(enterStatus, [status, acme.slug]);
  afterAll(async () => {
    await enter('ACTIVE');
    await until(async () => (await list(acme)).status === 200);
  });

  it.each([
    ['SUSPENDED', 403, 'tenant_inactive'],
    ['INACTIVE', 403, 'tenant_inactive'],
    ['DELETING', 403, 'tenant_inactive'],
    ['PROVISIONING', 503, 'tenant_unavailable'],
    ['FAILED', 503, 'tenant_unavailable'],
  ])('is answered so while it is %s, with a token and without', async (state, status, code) => {
    await enter(state);
    await until(async () => (await list(acme)).body.code === code);
    for (const caller of [acme.admin, acme.visitor]) {
      const answer = await caller.get('/tickets');
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      expect(answer.headers.has('retry-after')).toBe(status === 503);
    }
    expect((await list(globex)).status).toBe(200);
  });
});

describe('a tenant whose connections are all in use', () => {
  it('is answered 429 past the wait, and others are not affected', async () => {
    const answers = await whileLocked(acme, async () => {
      const busy = Array.from({ length: 6 }, () => list(acme));
      expect((await list(globex)).status).toBe(200);
      return Promise.all(busy);
    });
    const refused = answers.filter(({ body }) => body.code === 'tenant_connection_limit');
    expect(refused.length).toBeGreaterThanOrEqual(4);
    for (const { status, headers } of refused) expect([status, headers.get('retry-after')]).toEqual([429, '1']);
    await until(async () => (await list(acme)).status === 200);
  });
});

describe('a query past its time', () => {
  it('is answered 503, and the tenant goes on', async () => {
    const answer = await whileLocked(acme, () => list(acme));
    expect([answer.status, answer.body.code]).toEqual([503, 'query_timeout']);
    expect((await list(acme)).status).toBe(200);
  });
});

describe('a tenant whose database is away', () => {
  it('is answered 503 with Retry-After, others are not affected, and it is served once it is back', async () => {
    const allow = (yes: boolean) =>
      asAdmin((admin) => admin.query(`ALTER DATABASE ${acme.databaseName} ALLOW_CONNECTIONS ${yes}`));
    await allow(false);
    await asAdmin((admin) =>
      admin.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [
        acme.databaseName,
      ]),
    );
    try {
      for (let i = 0; i < 5; i++) {
        const answer = await list(acme);
        expect([answer.status, answer.body.code]).toEqual([503, 'tenant_database_unavailable']);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        expect((await list(globex)).status).toBe(200);
      }
    } finally {
      await allow(true);
    }
    await until(async () => (await list(acme)).status === 200);
  });
});

describe('a tenant whose role may not log in', () => {
  it('is answered 503, also when that takes longer than a request waits for a connection', async () => {
    const { databaseName, roleName } = acme;
    await asAdmin(async (admin) => {
      await admin.query(`ALTER ROLE ${roleName} NOLOGIN`);
      await admin.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [
        databaseName,
      ]);
    });
    for (let i = 0; i < 5; i++) {
      const { status, body, headers } = await list(acme);
      expect([status, body.code]).toEqual([503, 'tenant_database_unavailable']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await asAdmin((admin) => admin.query(`ALTER ROLE ${roleName} LOGIN`));
    await until(async () => (await list(acme)).status === 200);
  });
});

describe('a spelling of a path that middleware could miss', () => {
  const ask = (method: string, path: string) =>
    new Promise<number>((resolve, reject) => {
      const { hostname, port } = new URL(system.app.origin);
      const headers = { host: 'localhost', authorization: acme.admin.headers.authorization };
      request({ hostname, port, method, path, headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });
  const paths = [
    '/api/v1/tickets',
    '/api/v1/tickets/',
    '/api/v1//tickets',
    '//api/v1/tickets',
    '/api/v1/./tickets',
    '/api/v1/x/../tickets',
    '/API/V1/tickets',
  ];
  const encoded = [
    '/%61pi/v1/tickets',
    '/api%2fv1/tickets',
    '/api/v1/%74ickets',
    '/api/v1/tickets%3F',
    '/api/v1/tickets;a=b',
    '/api/v1/tickets%00',
    '/api/v1/tickets?x=%',
  ];

  it.each([...paths, ...encoded])('never lets a token through without its tenant, as %s', async (path) => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) expect([400, 401, 404]).toContain(await ask(method, path));
  });
});
