import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asAdmin,
  needing,
  Installation,
  startRedis,
  type Answer,
  type Caller,
  type RunningRedis,
} from '@helpdeskly/testing';
import { createControlWorker } from 'control-api';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

describe('provisioning with its queue on PostgreSQL', () => provisioning(() => Promise.resolve(undefined)));
needing('redis-server')('provisioning with its queue on Redis', () => provisioning(() => startRedis()));

function provisioning(start: () => Promise<RunningRedis | undefined>): void {
  let redis: RunningRedis | undefined;
  let installation: Installation;
  let api: RunningControlApi;
  let owner: Caller;
  const config = () => installation.controlConfig({ REDIS_URL: redis?.url ?? '' });

  beforeAll(async () => {
    redis = await start();
    installation = await Installation.create();
    api = await RunningControlApi.start(config());
    owner = await api.asOwner();
  });

  afterAll(async () => {
    await api.stop();
    await installation.remove();
    await redis?.stop();
  });

  it('brings 50 tenants that 10 clients create at once to life, none twice', async () => {
    const slugs = Array.from({ length: 50 }, () => newSlug('many'));
    const left = [...slugs];
    const answers: Answer[] = [];
    const client = async () => {
      for (let slug = left.pop(); slug !== undefined; slug = left.pop()) {
        answers.push(await owner.post('/tenants', tenantInput(slug), wait));
      }
    };
    await Promise.all(Array.from({ length: 10 }, client));
    expect(answers.map(({ status, body }) => [status, body.status])).toEqual(slugs.map(() => [201, 'ACTIVE']));
    const names = answers.map(({ body }) => body.databaseName as string);
    expect(new Set(names).size).toBe(50);
    const found = await installation.query<{ databases: number; roles: number }>(
      `SELECT (SELECT count(*)::int FROM pg_database WHERE datname = ANY($1)) AS databases,
              (SELECT count(*)::int FROM pg_roles WHERE rolname = ANY($2)) AS roles`,
      [names, names.map((name) => `${name}_a`)],
    );
    expect(found).toEqual([{ databases: 50, roles: 50 }]);
  });

  it('makes one tenant of 50 created at once by the same slug', async () => {
    const slug = newSlug('same');
    const before = await count(installation);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => owner.post('/tenants', tenantInput(slug), wait)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 49 }, () => 409)]);
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ body }) => body.code))).toEqual(
      new Set(['slug_taken']),
    );
    expect(await count(installation)).toEqual({
      tenants: before.tenants + 1,
      databases: before.databases + 1,
      roles: before.roles + 1,
    });
  });

  it('ends in FAILED with the reason, and comes to life by a retry once that is mended', async () => {
    await api.stop();
    api = await RunningControlApi.start(config(), { workers: false });
    owner = await api.asOwner();
    const { body: created } = await owner.post('/tenants', tenantInput(newSlug('broken')));
    await asAdmin((admin) => admin.query(`CREATE DATABASE ${created.databaseName}`)); // Somebody else's.
    const worker = await createControlWorker(config());
    try {
      const failed = await statusOf(owner, created.id, 'FAILED');
      expect(failed.statusReason).toMatch(/^ensureDatabase: The database t_\w+ exists and is not this tenant's/);
      const steps = failed.provisioning.steps.map(({ status }: { status: string }) => status);
      expect(steps).toEqual(['DONE', 'FAILED', 'PENDING', 'PENDING', 'PENDING', 'PENDING']);
      expect(failed.provisioning.steps[1].error).toMatch(/is not this tenant's/);
      await asAdmin((admin) => admin.query(`DROP DATABASE ${created.databaseName}`));
      const retried = await owner.post(`/tenants/${created.id}/retry`);
      expect(retried.status).toBe(202);
      expect(retried.headers.get('location')).toBe(`/api/v1/tenants/${created.id}`);
      expect(retried.body).toMatchObject({ status: 'PROVISIONING', statusReason: null, provisioning: { attempt: 2 } });
      const active = await statusOf(owner, created.id, 'ACTIVE');
      expect(active.provisioning.steps.map(({ status }: { status: string }) => status)).toEqual(
        Array.from({ length: 6 }, () => 'DONE'),
      );
    } finally {
      await worker.close();
    }
  });

  it('queues again what the queue has lost', async () => {
    await api.stop();
    api = await RunningControlApi.start(config());
    owner = await api.asOwner();
    const { body: tenant } = await owner.post('/tenants', tenantInput(newSlug('lost')), wait);
    // As after a flush: a tenant that is PROVISIONING, and no job.
    await installation.query(
      `UPDATE "Tenant" SET "status" = 'PROVISIONING', "generation" = 2, "updatedAt" = now() - interval '1 minute' WHERE "id" = $1`,
      [tenant.id],
    );
    const active = await statusOf(owner, tenant.id, 'ACTIVE');
    expect(active.provisioning.attempt).toBe(1);
  });
}

async function count(installation: Installation) {
  const [found] = await installation.query<{ tenants: number; databases: number; roles: number }>(
    `SELECT count(*)::int AS tenants,
            (SELECT count(*)::int FROM pg_database WHERE datname IN (SELECT "databaseName" FROM "Tenant")) AS databases,
            (SELECT count(*)::int FROM pg_roles WHERE rolname IN (SELECT "roleName" FROM "Tenant")) AS roles
       FROM "Tenant"`,
  );
  if (found === undefined) throw new Error('nothing was counted');
  return found;
}

/** Asks until the tenant has that status; the test's own time limit ends the asking. */
async function statusOf(owner: Caller, id: string, status: string) {
  for (;;) {
    const { body } = await owner.get(`/tenants/${id}`);
    if (body.status === status) return body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
