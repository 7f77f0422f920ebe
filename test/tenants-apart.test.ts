import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type System, type TestTenant } from '@helpdeskly/testing';

let system: System;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  system = await startSystem();
  [acme, globex] = await Promise.all([system.createTenant(), system.createTenant()]);
  await acme.admin.post('/tickets', { title: 'Anvil delivery', description: 'The anvil is late.' });
  await globex.admin.post('/tickets', { title: 'Doomsday device', description: 'It does not start.' });
});
afterAll(() => system.close());

interface RawAnswer {
  readonly status: number;
  readonly body: { code?: string; data?: { title: string }[] };
}

/** With headers as they are given, in pairs: fetch would not send a Host of ours, or one header twice. */
function raw(path: string, headers: readonly string[], agent?: Agent): Promise<RawAnswer> {
  const { hostname, port } = new URL(system.app.origin);
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, path, setHost: false, headers: headers as string[], ...(agent && { agent }) },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as RawAnswer['body'] }),
        );
      },
    );
    sent.on('error', reject).end();
  });
}

const titles = ({ body }: { body: { data?: { title: string }[] } }) => body.data?.map((ticket) => ticket.title);
const bearer = (tenant: TestTenant) => ['Authorization', `Bearer ${tenant.admin.accessToken}`];
const path = '/api/v1/tickets';

describe('two tenants side by side', () => {
  it.each([
    ['by subdomain', (tenant: TestTenant) => ['Host', `${tenant.slug}.localhost`]],
    ['by subdomain with a port', (tenant: TestTenant) => ['Host', `${tenant.slug}.localhost:3000`]],
    [
      'by subdomain in capitals with a trailing dot',
      (tenant: TestTenant) => ['Host', `${tenant.slug.toUpperCase()}.LocalHost.`],
    ],
    ['by header', (tenant: TestTenant) => ['Host', '127.0.0.1', 'X-Tenant-Slug', tenant.slug]],
    [
      'by subdomain and the same header',
      (tenant: TestTenant) => ['Host', `${tenant.slug}.localhost`, 'X-Tenant-Slug', tenant.slug],
    ],
  ])('each see their own tickets, named %s', async (_, naming) => {
    expect(titles(await raw(path, [...naming(acme), ...bearer(acme)]))).toEqual(['Anvil delivery']);
    expect(titles(await raw(path, [...naming(globex), ...bearer(globex)]))).toEqual(['Doomsday device']);
  });

  it("refuse each other's tokens", async () => {
    const { status, body } = await raw(path, ['Host', `${globex.slug}.localhost`, ...bearer(acme)]);
    expect([status, body.code]).toEqual([401, 'token_invalid']);
  });

  it("do not know each other's people", async () => {
    const answer = await globex.visitor.post('/auth/login', {
      email: acme.admin.email,
      password: 'a password of many words',
    });
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_credentials']);
  });

  it("do not find each other's tickets by id", async () => {
    const { body } = await acme.admin.get('/tickets');
    expect((await globex.admin.get(`/tickets/${body.data[0].id}`)).status).toBe(404);
  });

  it('refuse a cursor of the other', async () => {
    await acme.admin.post('/tickets', { title: 'Second', description: 'one more' });
    const { body } = await acme.admin.get('/tickets?limit=1');
    const answer = await globex.admin.get(`/tickets?limit=1&cursor=${body.meta.nextCursor}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_cursor']);
  });

  it("refuse operators' tokens, and operators refuse theirs", async () => {
    const asOperator = await acme.visitor.with(system.operator.headers).get('/tickets');
    expect([asOperator.status, asOperator.body.code]).toEqual([401, 'token_invalid']);
    const asTenant = await system.control.as({ authorization: `Bearer ${acme.admin.accessToken}` }).get('/tenants');
    expect([asTenant.status, asTenant.body.code]).toEqual([401, 'token_invalid']);
  });
});

describe('a request that names its tenant badly', () => {
  it.each<[string, (slug: string) => string[], number, string]>([
    ['names none', () => ['Host', 'localhost'], 400, 'tenant_required'],
    ['has an empty host', () => ['Host', ''], 400, 'host_invalid'],
    ['has a host with user info', (slug) => ['Host', `me@${slug}.localhost`], 400, 'host_invalid'],
    ['has a host with a path', (slug) => ['Host', `${slug}.localhost/x`], 400, 'host_invalid'],
    ['has a host with a bad port', (slug) => ['Host', `${slug}.localhost:99999`], 400, 'host_invalid'],
    ['has a host with two trailing dots', (slug) => ['Host', `${slug}.localhost..`], 400, 'host_invalid'],
    ['names two', (slug) => ['Host', `${slug}.localhost`, 'X-Tenant-Slug', 'other'], 400, 'tenant_conflict'],
    ['sends Host twice', (slug) => ['Host', `${slug}.localhost`, 'Host', 'other.localhost'], 400, 'tenant_conflict'],
    [
      'sends X-Tenant-Slug twice',
      (slug) => ['Host', 'localhost', 'X-Tenant-Slug', slug, 'X-Tenant-Slug', slug],
      400,
      'tenant_conflict',
    ],
    [
      'names one in capitals by header',
      (slug) => ['Host', 'localhost', 'X-Tenant-Slug', slug.toUpperCase()],
      400,
      'tenant_slug_invalid',
    ],
    ['names one with two hyphens', () => ['Host', 'a--b.localhost'], 400, 'tenant_slug_invalid'],
    [
      'names one in the form of a UUID',
      () => ['Host', '01a1fac5-30c5-7dac-ac30-a758dbba7229.localhost'],
      400,
      'tenant_slug_invalid',
    ],
    ['names one of a single letter', () => ['Host', 'a.localhost'], 400, 'tenant_slug_invalid'],
    ['names a reserved one', () => ['Host', 'www.localhost'], 404, 'tenant_not_found'],
    ['names an unknown one', () => ['Host', 'nobody-is-here.localhost'], 404, 'tenant_not_found'],
    [
      'forwards a host without being a trusted proxy',
      (slug) => ['Host', 'localhost', 'X-Forwarded-Host', `${slug}.localhost`],
      400,
      'tenant_required',
    ],
  ])('%s', async (_, naming, status, code) => {
    const answer = await raw(path, [...naming(acme.slug), ...bearer(acme)]);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('has a target in absolute form with another host', async () => {
    const answer = await raw(`http://${globex.slug}.localhost${path}`, [
      'Host',
      `${acme.slug}.localhost`,
      ...bearer(acme),
    ]);
    expect([answer.status, answer.body.code]).toEqual([400, 'tenant_conflict']);
  });

  it('is told of an unknown route first', async () => {
    const answer = await raw('/api/v1/nothing', ['Host', '']);
    expect([answer.status, answer.body.code]).toEqual([404, 'route_not_found']);
  });

  it.each([
    '/api/v1//tickets',
    '/API/v1/tickets',
    '/api/v1/tickets/',
    '/api/v1/%74ickets',
    '/api/v1/tickets%2f',
    '/api/v1/./tickets',
    '/api/v1/tickets;x=1',
    '//api/v1/tickets',
  ])('never reaches tickets without a tenant and a token, as %s', async (spelling) => {
    const answer = await raw(spelling, ['Host', 'localhost']);
    expect([400, 401, 404]).toContain(answer.status);
    expect(answer.body.data).toBeUndefined();
  });
});

describe('20 tenants through a cache of 3 clients', () => {
  it("answers each of 2,500 requests by 50 connections with its own tenant's ticket", async () => {
    const crowded = await startSystem({ app: { TENANT_CLIENTS_MAX: '3' } });
    try {
      const tenants: TestTenant[] = [];
      for (let i = 0; i < 20; i++) {
        const tenant = await crowded.createTenant();
        await tenant.admin.post('/tickets', { title: `Only of ${tenant.slug}`, description: 'x' });
        tenants.push(tenant);
      }
      const agent = new Agent({ keepAlive: true, maxSockets: 50 });
      const { hostname, port } = new URL(crowded.app.origin);
      const title = (tenant: TestTenant) =>
        new Promise<string>((resolve, reject) => {
          const headers = { 'x-tenant-slug': tenant.slug, authorization: `Bearer ${tenant.admin.accessToken}` };
          request({ hostname, port, path: `${path}/1`, agent, headers }, (response) => {
            let text = '';
            response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
            response.on('end', () =>
              resolve(`${response.statusCode} ${(JSON.parse(text) as { title: string }).title}`),
            );
          })
            .on('error', reject)
            .end();
        });
      const wrong: string[] = [];
      let next = 0;
      const connection = async () => {
        for (let turn = next++; turn < 2500; turn = next++) {
          const tenant = tenants[(turn * 7) % tenants.length] as TestTenant;
          const seen = await title(tenant);
          if (seen !== `200 Only of ${tenant.slug}`) wrong.push(`${tenant.slug}: ${seen}`);
        }
      };
      await Promise.all(Array.from({ length: 50 }, connection));
      agent.destroy();
      expect(wrong).toEqual([]);
    } finally {
      await crowded.close();
    }
  }, 400_000);
});
