import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, Installation, urlOf, type Answer, type Caller } from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;

beforeAll(async () => {
  installation = await Installation.create({ inheritsTemplate: true });
  api = await RunningControlApi.start(installation.controlConfig({ APP_PUBLIC_URL: 'http://localhost:3000' }));
  owner = await api.asOwner();
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

async function activeTenant(more: Record<string, unknown> = {}) {
  const { status, body } = await owner.post('/tenants', tenantInput(newSlug(), more), wait);
  expect(status).toBe(201);
  return body;
}

describe('creating a tenant', () => {
  it('is accepted at once, with the steps to come', async () => {
    const slug = newSlug();
    const { status, headers, body } = await owner.post('/tenants', tenantInput(slug));
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/api/v1/tenants/${body.id}`);
    expect(body).toMatchObject({
      slug,
      name: 'Acme Inc.',
      status: 'PROVISIONING',
      plan: 'standard',
      version: 1,
      activatedAt: null,
    });
    expect(body.appUrl).toBe(`http://${slug}.localhost:3000`);
    expect(body.provisioning.attempt).toBe(1);
    expect(body.provisioning.steps.map((step: { name: string }) => step.name)).toEqual([
      'ensureRole',
      'ensureDatabase',
      'ensureMigrations',
      'ensureAdmin',
      'verify',
      'activate',
    ]);
  });

  it('waits for the end when the caller prefers to', async () => {
    const { status, headers, body } = await owner.post('/tenants', tenantInput(newSlug()), {
      headers: { prefer: 'wait=20' },
    });
    expect(status).toBe(201);
    expect(headers.get('preference-applied')).toBe('wait=20');
    expect(headers.get('location')).toBe(`/api/v1/tenants/${body.id}`);
    expect(headers.get('etag')).toBe(`"${body.version}"`);
    expect(body).toMatchObject({ status: 'ACTIVE', statusReason: null, schemaPending: 0 });
    expect(body.provisioning.steps).toHaveLength(6);
    for (const step of body.provisioning.steps) {
      expect(step).toMatchObject({
        status: 'DONE',
        error: null,
        startedAt: expect.any(String),
        durationMs: expect.any(Number),
      });
    }
  });

  it('answers 202 when the wait is over first', async () => {
    const { status, body } = await owner.post('/tenants', tenantInput(newSlug()), { headers: { prefer: 'wait=0' } });
    expect(status).toBe(202);
    expect(body.status).toBe('PROVISIONING');
  });

  it('never shows a secret', async () => {
    const { databaseName, id } = await activeTenant();
    const { body } = await owner.get(`/tenants/${id}`);
    expect(JSON.stringify(body)).not.toMatch(/password|secret|postgres:|argon2|SCRAM/i);
    expect(body.databaseName).toBe(databaseName);
  });

  it('refuses a slug in use', async () => {
    const { slug } = await activeTenant();
    const { status, body } = await owner.post('/tenants', tenantInput(slug));
    expect(status).toBe(409);
    expect(body.code).toBe('slug_taken');
  });

  it.each(['A', 'a', '-ab', 'ab-', 'a--b', 'ab_c', 'admin', 'x'.repeat(51), '01890a5d-ac96-774b-bcce-b302099a8057'])(
    'refuses the slug %s',
    async (slug) => {
      const { status, body } = await owner.post('/tenants', { ...tenantInput('acme'), slug });
      expect(status).toBe(400);
      expect(body.errors).toEqual([expect.objectContaining({ field: 'slug' })]);
    },
  );

  it('names every wrong field by its path', async () => {
    const { status, body } = await owner.post('/tenants', {
      name: ' ',
      slug: 'good',
      limits: { maxConnections: 1, extra: 1 },
      admin: { email: 'x', name: 7, password: 'short' },
      role: 'OWNER',
    });
    expect(status).toBe(400);
    const fields = body.errors.map((error: { field: string }) => error.field).sort();
    expect(fields).toEqual([
      'admin.email',
      'admin.name',
      'admin.password',
      'limits.extra',
      'limits.maxConnections',
      'name',
      'role',
    ]);
  });

  it('answers again what it answered before to the same Idempotency-Key', async () => {
    const input = tenantInput(newSlug());
    const once = { headers: { 'idempotency-key': newSlug('key'), ...wait.headers } };
    const first = await owner.post('/tenants', input, once);
    const second = await owner.post('/tenants', input, once);
    expect(first.status).toBe(201);
    expect(second.status).toBe(201);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(second.body).toEqual(first.body);
    const other = await owner.post('/tenants', { ...input, name: 'Other' }, once);
    expect(other.body.code).toBe('idempotency_key_reused');
  });

  it('answers 503 when no server has room, and creates nothing', async () => {
    await installation.query('UPDATE "DatabaseServer" SET "maxTenants" = (SELECT count(*) FROM "Tenant")');
    const slug = newSlug();
    const { status, body } = await owner.post('/tenants', tenantInput(slug));
    expect(status).toBe(503);
    expect(body.code).toBe('no_capacity');
    expect((await owner.get(`/tenants/${slug}`)).status).toBe(404);
    await installation.query('UPDATE "DatabaseServer" SET "maxTenants" = 2000');
  });
});

describe('reading tenants', () => {
  it('finds one by id and by slug', async () => {
    const { id, slug } = await activeTenant();
    expect((await owner.get(`/tenants/${id}`)).body.slug).toBe(slug);
    expect((await owner.get(`/tenants/${slug}`)).body.id).toBe(id);
  });

  it.each(['nobody-here', '01890a5d-ac96-774b-bcce-b302099a8057', '%00', '%F0%9F%90%98'])(
    'answers 404 to %s',
    async (reference) => {
      const { status, body } = await owner.get(`/tenants/${reference}`);
      expect(status).toBe(404);
      expect(body.code).toBe('not_found');
    },
  );

  it('walks a list by cursors, each tenant once', async () => {
    const plan = newSlug('plan');
    await owner.post('/plans', { name: plan });
    const made = [];
    for (let count = 0; count < 5; count++) {
      const { body } = await owner.post('/tenants', tenantInput(newSlug(), { plan }));
      made.push(body.slug);
    }
    const seen: string[] = [];
    let next: string | null = `/tenants?plan=${plan}&limit=2&sort=slug&include=total`;
    while (next !== null) {
      const { body, headers }: Answer = await owner.get(next);
      expect(body.meta).toMatchObject({ limit: 2, total: 5 });
      seen.push(...body.data.map((tenant: { slug: string }) => tenant.slug));
      next = /<\/api\/v1([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] ?? null;
    }
    expect(seen).toEqual([...made].sort());
  });

  it('filters by status, in any case, and by a part of the name', async () => {
    const name = newSlug('100%_sure');
    const { id } = await activeTenant({ name });
    const ids = async (query: string) =>
      (await owner.get(`/tenants?${query}`)).body.data.map((tenant: { id: string }) => tenant.id);
    expect(await ids(`q=${encodeURIComponent(name.toUpperCase())}&status=active,suspended`)).toEqual([id]);
    expect(await ids(`q=${encodeURIComponent(name)}&status=suspended`)).toEqual([]);
    expect(await ids(`q=${encodeURIComponent('1%')}`)).toEqual([]);
  });

  it.each(['status=ALIVE', 'limit=0', 'sort=password', 'what=1', 'serverId=x', 'cursor=AAAA', 'limit=1&limit=2'])(
    'refuses the query %s',
    async (query) => {
      expect((await owner.get(`/tenants?${query}`)).status).toBe(400);
    },
  );

  it('is in the order of Unicode’s collation by name, regardless of case, page by page', async () => {
    const names = ['Zoe', 'anna', 'Ömer', 'Anton'].map((name) => `${name} Sorted`);
    for (const name of names)
      expect((await owner.post('/tenants', tenantInput(newSlug(), { name }), wait)).status).toBe(201);
    const listed = async (query: string) => (await owner.get(`/tenants?q=sorted&${query}`)).body;
    const first = await listed('sort=name&limit=3');
    const second = await listed(`sort=name&limit=3&cursor=${first.meta.nextCursor}`);
    const found = [...first.data, ...second.data].map(({ name }: { name: string }) => name);
    expect(found).toEqual(['anna Sorted', 'Anton Sorted', 'Ömer Sorted', 'Zoe Sorted']);
  });

  it('refuses a cursor of another list', async () => {
    await activeTenant();
    await activeTenant();
    const { body } = await owner.get('/tenants?limit=1');
    const { status, body: problem } = await owner.get(`/audit-events?limit=1&cursor=${body.meta.nextCursor}`);
    expect(status).toBe(400);
    expect(problem.code).toBe('invalid_cursor');
  });
});

describe('changing a tenant', () => {
  it('moves version and ETag, and leaves an event', async () => {
    const { id, version } = await activeTenant();
    const changed = await owner.patch(`/tenants/${id}`, { name: ' Acme GmbH ', limits: { requestsPerMinute: 50 } });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      name: 'Acme GmbH',
      version: version + 1,
      limits: { requestsPerMinute: 50, maxConnections: 20 },
    });
    expect(changed.headers.get('etag')).toBe(`"${version + 1}"`);
    const { body: events } = await owner.get(`/tenants/${id}/events?limit=1`);
    expect(events.data[0]).toMatchObject({
      action: 'tenant.updated',
      actor: { type: 'OPERATOR', name: 'Owner' },
      address: '127.0.0.1',
      requestId: changed.headers.get('x-request-id'),
      details: { name: { from: 'Acme Inc.', to: 'Acme GmbH' }, requestsPerMinute: { from: null, to: 50 } },
    });
  });

  it('changes nothing when it writes what is there', async () => {
    const { id, version, name } = await activeTenant();
    const { body } = await owner.patch(`/tenants/${id}`, { name });
    expect(body.version).toBe(version);
  });

  it('refuses a stale If-Match', async () => {
    const { id, version } = await activeTenant();
    const stale = await owner.patch(`/tenants/${id}`, { name: 'New' }, { headers: { 'if-match': '"99"' } });
    expect(stale.status).toBe(412);
    expect(stale.body).toMatchObject({ code: 'version_conflict', currentVersion: version });
    expect(
      (await owner.patch(`/tenants/${id}`, { name: 'New' }, { headers: { 'if-match': `"${version}"` } })).status,
    ).toBe(200);
  });

  it("moves PostgreSQL's own limit of connections", async () => {
    const { id, databaseName } = await activeTenant({ limits: { maxConnections: 7 } });
    const limit = async () => {
      const rows = await installation.query<{ rolconnlimit: number }>(
        'SELECT rolconnlimit FROM pg_roles WHERE rolname = $1',
        [`${databaseName}_a`],
      );
      return rows[0]?.rolconnlimit;
    };
    expect(await limit()).toBe(7);
    await owner.patch(`/tenants/${id}`, { limits: { maxConnections: 9 } });
    expect(await limit()).toBe(9);
  });

  it('never changes a slug', async () => {
    const { id } = await activeTenant();
    const { status, body } = await owner.patch(`/tenants/${id}`, { slug: 'other' });
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ field: 'slug', code: 'unknown_field' })]);
  });
});

describe('the lifecycle of a tenant', () => {
  it('goes among ACTIVE, SUSPENDED and INACTIVE', async () => {
    const { id } = await activeTenant();
    const suspended = await owner.post(`/tenants/${id}/suspend`, { reason: 'unpaid' });
    expect(suspended.body).toMatchObject({ status: 'SUSPENDED', statusReason: 'unpaid', version: 3 });
    expect((await owner.post(`/tenants/${id}/deactivate`)).body).toMatchObject({
      status: 'INACTIVE',
      statusReason: null,
    });
    expect((await owner.post(`/tenants/${id}/activate`, {})).body).toMatchObject({ status: 'ACTIVE', version: 5 });
  });

  it('stays where it is when it is there already', async () => {
    const { id } = await activeTenant();
    const { status, body } = await owner.post(`/tenants/${id}/activate`);
    expect(status).toBe(200);
    expect(body.version).toBe(2);
  });

  it('refuses other moves, and says which there are', async () => {
    const { id } = await activeTenant();
    const { status, body } = await owner.post(`/tenants/${id}/retry`);
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'invalid_transition',
      from: 'ACTIVE',
      to: 'PROVISIONING',
      allowed: ['SUSPENDED', 'INACTIVE', 'DELETING'],
    });
  });

  it('takes one of two moves made at once', async () => {
    const { id } = await activeTenant();
    const answers = await Promise.all([
      owner.post(`/tenants/${id}/suspend`),
      owner.post(`/tenants/${id}/suspend`, { reason: null }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const { body } = await owner.get(`/tenants/${id}/events?limit=100`);
    expect(body.data.filter((event: { action: string }) => event.action === 'tenant.suspended')).toHaveLength(1);
  });

  it('refuses fields that an action does not have', async () => {
    const { id } = await activeTenant();
    expect((await owner.post(`/tenants/${id}/deactivate`, { reason: 'x' })).status).toBe(400);
    expect((await owner.get(`/tenants/${id}`)).body.status).toBe('ACTIVE');
  });
});

describe("inviting a tenant's admin", () => {
  it('gives a token that the tenant’s database knows by its hash', async () => {
    const { body: tenant } = await owner.post(
      '/tenants',
      { ...tenantInput(newSlug()), admin: { email: 'A@b.test', name: 'Ada' } },
      wait,
    );
    const { status, body } = await owner.post(`/tenants/${tenant.slug}/admin-invitation`);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      email: 'A@b.test',
      link: `${tenant.appUrl}/invitation#${body.token}`,
      url: `${tenant.appUrl}/api/v1/auth/invitations/accept`,
    });
    const rows = await connected(urlOf(tenant.databaseName), async (client) => {
      const hash = createHash('sha256').update(body.token).digest();
      return (
        await client.query(
          'SELECT u."status" FROM "Invitation" i JOIN "User" u ON u."id" = i."userId" WHERE "tokenHash" = $1',
          [hash],
        )
      ).rows;
    });
    expect(rows).toEqual([{ status: 'INVITED' }]);
  });

  it('waits for the database to be there', async () => {
    await installation.query(
      `INSERT INTO "Tenant" ("slug", "name", "plan", "maxConnections", "requestsPerMinute", "serverId", "databaseName", "roleName", "roleSecret", "status", "adminEmail", "adminName")
       SELECT 'not-ready', 'x', 'standard', 20, 12000, "id", 'none', 'none_a', 'v1.k1.x', 'FAILED', 'a@b.c', 'x' FROM "DatabaseServer"`,
    );
    const { status, body } = await owner.post('/tenants/not-ready/admin-invitation');
    expect(status).toBe(503);
    expect(body.code).toBe('tenant_unavailable');
  });
});
