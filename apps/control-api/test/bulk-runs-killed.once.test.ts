import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Installation, ServiceProcess, until, type Caller } from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput } from './control-client.js';

const settings = { RECONCILIATION_INTERVAL: '0s', ISOLATION_PROBE_INTERVAL: '0s', RATE_LIMIT_USER_PER_MINUTE: '0' };
const many = 600;

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;
let worker: ServiceProcess | undefined;

beforeAll(async () => {
  installation = await Installation.create({ inheritsTemplate: true });
  api = await RunningControlApi.start(installation.controlConfig(settings), { workers: false });
  owner = await api.asOwner();
  await owner.post('/tenants', tenantInput(newSlug()));
  await installation.query(
    `INSERT INTO "Tenant" ("id", "slug", "name", "plan", "status", "serverId", "databaseName", "roleName", "roleSecret",
                           "dataKeySecret", "adminEmail", "adminName", "maxConnections", "requestsPerMinute", "maxStorageBytes")
     SELECT uuidv7(), 'many-' || n, 'Many', 'standard', 'INACTIVE', t."serverId", 'many_' || n, 'many_' || n,
            t."roleSecret", t."dataKeySecret", 'a@b.test', 'Ada', 20, 900, 1000
       FROM (SELECT * FROM "Tenant" LIMIT 1) t, generate_series(1, ${many}) n`,
  );
  await startWorker();
});

afterAll(async () => {
  await worker?.stop();
  await api.stop();
  await installation.remove();
});

async function startWorker(): Promise<void> {
  worker = await ServiceProcess.start('control-worker', { ...installation.environment, ...settings });
}

const read = async (id: string) => (await owner.get(`/bulk-runs/${id}`)).body;

describe('a bulk run whose worker is killed', () => {
  it('goes on in the next one, and changes and audits every tenant exactly once', async () => {
    const { body } = await owner.post('/tenants/bulk', {
      action: 'setLimits',
      limits: { requestsPerMinute: 4321 },
      filter: { q: 'many-' },
    });
    expect(body.progress.total).toBe(many);
    await until(async () => (await read(body.id)).progress.done > 0);
    worker?.signal('SIGKILL');
    await worker?.exit();
    const halfway = await read(body.id);
    expect(halfway).toMatchObject({ status: 'RUNNING', result: null });
    expect(halfway.progress.done).toBeLessThan(many);
    await startWorker();
    await until(async () => (await read(body.id)).status !== 'RUNNING');
    expect(await read(body.id)).toMatchObject({ status: 'DONE', result: { changed: many, unchanged: 0, refused: 0 } });
    const [changed] = await installation.query(
      `SELECT count(*)::int AS "tenants", max("version") AS "version"
         FROM "Tenant" WHERE "slug" LIKE 'many-%' AND "requestsPerMinute" = 4321`,
    );
    expect(changed).toEqual({ tenants: many, version: 2 });
    const [audited] = await installation.query(
      `SELECT count(*)::int AS "events", count(DISTINCT "tenantId")::int AS "tenants"
         FROM "audit"."AuditEvent" WHERE "action" = 'tenant.updated' AND "tenantSlug" LIKE 'many-%'`,
    );
    expect(audited).toEqual({ events: many, tenants: many });
  });
});
