import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, connected, Installation, urlOf, until, type Caller } from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;

beforeAll(async () => {
  installation = await Installation.create({ inheritsTemplate: true });
  api = await RunningControlApi.start(
    installation.controlConfig({
      TENANT_DELETE_GRACE: '1h',
      TENANT_QUERY_TIMEOUT_MS: '500',
      RATE_LIMIT_USER_PER_MINUTE: '0',
    }),
  );
  owner = await api.asOwner();
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

interface Made {
  readonly id: string;
  readonly slug: string;
  readonly databaseName: string;
}

async function activeTenant(): Promise<Made> {
  const { status, body } = await owner.post('/tenants', tenantInput(newSlug()), wait);
  expect(status).toBe(201);
  return body;
}

async function rolesOf(id: string): Promise<{ name: string; login: boolean }[]> {
  const like = `t\\_${id.replaceAll('-', '')}\\_%`;
  return asAdmin(
    async (admin) =>
      (
        await admin.query<{ name: string; login: boolean }>(
          'SELECT rolname AS name, rolcanlogin AS login FROM pg_roles WHERE rolname LIKE $1 ORDER BY rolname',
          [like],
        )
      ).rows,
  );
}

async function databaseIsThere(name: string): Promise<boolean> {
  return asAdmin(
    async (admin) => (await admin.query('SELECT FROM pg_database WHERE datname = $1', [name])).rowCount === 1,
  );
}

/** As if it had never come to life. */
async function fail(id: string): Promise<void> {
  await installation.query(`UPDATE "Tenant" SET "status" = 'FAILED', "activatedAt" = NULL WHERE "id" = $1`, [id]);
}

async function statusOf(id: string): Promise<number> {
  return (await owner.get(`/tenants/${id}`)).status;
}

async function loginsOf(id: string): Promise<boolean[]> {
  return (await rolesOf(id)).map(({ login }) => login);
}

/** In the queues, wherever they live. */
async function jobsAbout(id: string): Promise<unknown[]> {
  const { servers } = installation;
  if (servers === undefined)
    return installation.query(`SELECT "id" FROM "bullmq"."job" WHERE "data"::text LIKE $1`, [`%${id}%`]);
  return (await servers.redis.command('KEYS', `*${id}*`)).match(/helpdeskly-\S+/g) ?? [];
}

const actionsOf = async (id: string): Promise<string[]> =>
  (await owner.get(`/tenants/${id}/events`)).body.data.map((event: { action: string }) => event.action);

describe('suspending a tenant', () => {
  it('keeps its role from logging in once requests under way have ended, and activating lets it in at once', async () => {
    const { id } = await activeTenant();
    await owner.post(`/tenants/${id}/suspend`, { reason: 'unpaid' });
    await until(async () => (await loginsOf(id)).every((login) => !login));
    expect((await owner.post(`/tenants/${id}/activate`)).status).toBe(200);
    expect(await loginsOf(id)).toEqual([true]);
  });

  it('cannot be taken back while its role is missing, and says that waiting may help', async () => {
    const { id, databaseName } = await activeTenant();
    await owner.post(`/tenants/${id}/suspend`, {});
    await until(async () => (await loginsOf(id)).every((login) => !login));
    await asAdmin((admin) =>
      admin.query(`REVOKE ALL ON DATABASE ${databaseName} FROM ${databaseName}_a; DROP ROLE ${databaseName}_a`),
    );
    const { status, body, headers } = await owner.post(`/tenants/${id}/activate`);
    expect([status, body.code]).toEqual([503, 'tenant_database_unavailable']);
    expect(headers.get('retry-after')).toMatch(/^\d+$/);
  });

  it('ends the sessions that its role still has', async () => {
    const { id, databaseName } = await activeTenant();
    const [role] = await rolesOf(id);
    await asAdmin((admin) => admin.query(`ALTER ROLE ${role?.name} PASSWORD 'known'`));
    await connected(urlOf(databaseName, { name: role?.name ?? '', password: 'known' }), async (session) => {
      await owner.post(`/tenants/${id}/suspend`, {});
      await until(() => session.query('SELECT 1').then(() => false, () => true)); // prettier-ignore
    }).catch(() => undefined); // It has no end to say goodbye to.
    expect(await loginsOf(id)).toEqual([false]);
  });

  it('keeps the reason that was given before when it is suspended again without one', async () => {
    const { id } = await activeTenant();
    await owner.post(`/tenants/${id}/suspend`, { reason: 'unpaid' });
    const { status, body } = await owner.post(`/tenants/${id}/suspend`, {});
    expect(status).toBe(200);
    expect(body.statusReason).toBe('unpaid');
  });
});

describe('deleting a tenant', () => {
  it('is accepted with the time of its purge, and is not accepted a second time', async () => {
    const { id } = await activeTenant();
    const before = Date.now();
    const { status, headers, body } = await owner.delete(`/tenants/${id}`);
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/api/v1/tenants/${id}`);
    expect(body.status).toBe('DELETING');
    expect(Date.parse(body.purgeAt) - before).toBeGreaterThan(3_500_000);
    const again = await owner.delete(`/tenants/${id}`);
    expect([again.status, again.body.code]).toEqual([409, 'invalid_transition']);
    expect((await owner.get(`/tenants/${id}`)).body).toEqual(body);
  });

  it('can be taken back, which gives back the former status', async () => {
    const { id } = await activeTenant();
    await owner.post(`/tenants/${id}/suspend`, { reason: 'unpaid' });
    await owner.delete(`/tenants/${id}`);
    const { status, body } = await owner.post(`/tenants/${id}/restore`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'SUSPENDED', purgeAt: null, statusReason: 'unpaid' });
    expect((await owner.post(`/tenants/${id}/restore`)).body.code).toBe('invalid_transition');
  });

  it('leaves no job for the purge when it is taken back', async () => {
    const { id } = await activeTenant();
    await owner.delete(`/tenants/${id}`);
    expect(await jobsAbout(id)).not.toEqual([]);
    await owner.post(`/tenants/${id}/restore`);
    await until(async () => (await jobsAbout(id)).length === 0); // One that is running ends by itself.
  });

  it('lets the role log in again when it is taken back', async () => {
    const { id } = await activeTenant();
    await owner.delete(`/tenants/${id}`);
    await until(async () => (await loginsOf(id)).every((login) => !login));
    expect((await owner.post(`/tenants/${id}/restore`)).body.status).toBe('ACTIVE');
    expect(await loginsOf(id)).toEqual([true]);
  });

  it('gives a tenant that had FAILED a role that may log in, once it is tried again', async () => {
    const { id } = await activeTenant();
    await fail(id);
    await owner.delete(`/tenants/${id}`);
    await until(async () => (await loginsOf(id)).every((login) => !login));
    expect((await owner.post(`/tenants/${id}/restore`)).body.status).toBe('FAILED');
    await owner.post(`/tenants/${id}/retry`);
    await until(async () => (await owner.get(`/tenants/${id}`)).body.status === 'ACTIVE');
    expect(await loginsOf(id)).toEqual([true]);
    await owner.post(`/tenants/${id}/suspend`, {});
    await until(async () => (await loginsOf(id)).every((login) => !login));
  });

  it('honours If-Match', async () => {
    const { id } = await activeTenant();
    const { status, body } = await owner.delete(`/tenants/${id}`, { headers: { 'if-match': '"99"' } });
    expect(status).toBe(412);
    expect(body.code).toBe('version_conflict');
    expect((await owner.get(`/tenants/${id}`)).body.status).toBe('ACTIVE');
  });

  it('refuses every other move meanwhile', async () => {
    const { id } = await activeTenant();
    await owner.delete(`/tenants/${id}`);
    for (const action of ['suspend', 'deactivate', 'activate', 'retry', 'credentials/rotate']) {
      const { status, body } = await owner.post(`/tenants/${id}/${action}`, action === 'suspend' ? {} : undefined);
      expect([action, status, body.code]).toEqual([action, 409, 'invalid_transition']);
    }
  });

  it('refuses an unknown way of purging', async () => {
    const { id } = await activeTenant();
    const { status, body } = await owner.delete(`/tenants/${id}?purge=later`);
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ field: 'purge' })]);
  });

  it('lets an OWNER alone purge at once', async () => {
    const { id } = await activeTenant();
    const { body: key } = await owner.post('/api-keys', { name: 'operator', role: 'OPERATOR' });
    const { status, body } = await api.with(key.key).delete(`/tenants/${id}?purge=now`);
    expect(status).toBe(403);
    expect(body.code).toBe('forbidden');
  });

  it('judges the role before the form of an immediate purge', async () => {
    const { body: key } = await owner.post('/api-keys', { name: 'operator', role: 'OPERATOR' });
    const operator = api.with(key.key).with({ 'if-match': 'no entity tag' });
    expect((await operator.delete('/tenants/nobody?purge=now')).body.code).toBe('forbidden');
    expect((await operator.delete('/tenants/nobody')).body.code).toBe('validation_failed');
  });
});

describe('purging a tenant', () => {
  it('leaves no database, role, row, secret or job: only the audit trail and a tombstone', async () => {
    const { id, slug, databaseName } = await activeTenant();
    await owner.delete(`/tenants/${id}`);
    expect((await owner.delete(`/tenants/${id}?purge=now`)).status).toBe(202);
    await until(async () => (await statusOf(id)) === 404);
    expect(await databaseIsThere(databaseName)).toBe(false);
    expect(await rolesOf(id)).toEqual([]);
    const stones = await installation.query('SELECT "id" FROM "TenantTombstone" WHERE "id" = $1', [id]);
    expect(stones).toHaveLength(1);
    await until(async () => (await jobsAbout(id)).length === 0); // One that waited for the purge to end finds nothing to do.
    const { body } = await owner.get('/audit-events?limit=100');
    const actions = body.data.filter((event: { tenantSlug: string }) => event.tenantSlug === slug);
    expect(actions.map((event: { action: string }) => event.action)).toContain('tenant.purged');
  });

  it('frees the slug for another tenant with a new id', async () => {
    const { id, slug } = await activeTenant();
    await owner.delete(`/tenants/${id}?purge=now`);
    await until(async () => (await statusOf(id)) === 404);
    const { status, body } = await owner.post('/tenants', tenantInput(slug), wait);
    expect(status).toBe(201);
    expect(body.id).not.toBe(id);
  });

  it('comes by itself when the grace is over', async () => {
    const { id } = await activeTenant();
    await owner.delete(`/tenants/${id}`);
    await installation.query(`UPDATE "Tenant" SET "purgeAt" = now() WHERE "id" = $1`, [id]);
    await until(async () => (await statusOf(id)) === 404);
  });

  it('ends, and leaves another’s database alone, for a tenant that never came to life', async () => {
    const { id, databaseName } = await activeTenant();
    await fail(id);
    await asAdmin((admin) => admin.query(`COMMENT ON DATABASE ${databaseName} IS 'somebody else’s'`));
    await owner.delete(`/tenants/${id}?purge=now`);
    await until(async () => (await statusOf(id)) === 404);
    expect([await databaseIsThere(databaseName), await rolesOf(id)]).toEqual([true, []]);
    await asAdmin((admin) => admin.query(`DROP DATABASE ${databaseName}`));
  });

  it('buries it with the time of its deletion, whatever was done to it afterwards', async () => {
    const { id } = await activeTenant();
    const { body: deleted } = await owner.delete(`/tenants/${id}`);
    await owner.patch(`/tenants/${id}`, { name: 'Changed' });
    const { body: purged } = await owner.delete(`/tenants/${id}?purge=now`);
    expect(Date.parse(purged.purgeAt)).toBeLessThan(Date.parse(deleted.purgeAt));
    await until(async () => (await statusOf(id)) === 404);
    const [tombstone] = await installation.query<{ same: boolean }>(
      `SELECT t."deletedAt" = e."createdAt" AS same FROM "TenantTombstone" t
         JOIN "audit"."AuditEvent" e ON e."tenantId" = t."id" AND e."action" = 'tenant.deleted' AND e."details"->>'from' = 'ACTIVE'
        WHERE t."id" = $1`,
      [id],
    );
    expect(tombstone).toEqual({ same: true });
  });

  it('leaves a database alone that is not the tenant’s, and says so nowhere but in the log', async () => {
    const { id, databaseName } = await activeTenant();
    await asAdmin((admin) => admin.query(`COMMENT ON DATABASE ${databaseName} IS 'somebody else’s'`));
    await owner.delete(`/tenants/${id}?purge=now`);
    await until(async () => (await loginsOf(id)).every((login) => !login));
    expect(await databaseIsThere(databaseName)).toBe(true);
    await asAdmin((admin) => admin.query(`DROP DATABASE ${databaseName}`));
    await until(async () => (await statusOf(id)) === 404);
  });
});

describe('rotating a tenant’s credential', () => {
  it('makes the other role, moves the catalog to it and drops the former one', async () => {
    const { id } = await activeTenant();
    const [former] = await rolesOf(id);
    const { status, headers } = await owner.post(`/tenants/${id}/credentials/rotate`);
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/api/v1/tenants/${id}`);
    await until(async () => {
      const roles = await rolesOf(id);
      return roles.length === 1 && roles[0]?.name !== former?.name;
    });
    expect(await loginsOf(id)).toEqual([true]);
    expect(await actionsOf(id)).toContain('tenant.credentials_rotated');
  });

  it('is one rotation, however often it is asked for while it runs', async () => {
    const { id } = await activeTenant();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => owner.post(`/tenants/${id}/credentials/rotate`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202));
    await until(async () => (await actionsOf(id)).includes('tenant.credentials_rotated'));
    const rotated = (await actionsOf(id)).filter((action) => action === 'tenant.credentials_rotated');
    expect(rotated).toHaveLength(1);
  });

  it('of a suspended tenant makes a role that cannot log in before the tenant is active', async () => {
    const { id } = await activeTenant();
    await owner.post(`/tenants/${id}/deactivate`);
    await until(async () => (await loginsOf(id)).every((login) => !login));
    await owner.post(`/tenants/${id}/credentials/rotate`);
    await until(async () => (await actionsOf(id)).includes('tenant.credentials_rotated'));
    expect((await loginsOf(id)).some((login) => login)).toBe(false);
    await owner.post(`/tenants/${id}/activate`);
    expect((await loginsOf(id)).some((login) => login)).toBe(true);
  });
});
