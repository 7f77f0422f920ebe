import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, Installation, ServiceProcess, until, type Caller } from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;
let worker: ServiceProcess;

const more = { RATE_LIMIT_USER_PER_MINUTE: '0', TENANT_QUERY_TIMEOUT_MS: '200', TENANT_WARM_DATABASES: '2' };
const startWorker = async () => {
  worker = await ServiceProcess.start('control-worker', { ...installation.environment, ...more });
};

beforeAll(async () => {
  installation = await Installation.create();
  api = await RunningControlApi.start(installation.controlConfig(more), { workers: false });
  owner = await api.asOwner();
  await startWorker();
});

afterAll(async () => {
  await worker.stop();
  await api.stop();
  await installation.remove();
});

/** At some moment or other of what it is doing. */
async function killAndRestart(times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await sleep(150 + Math.random() * 500);
    worker.signal('SIGKILL');
    await worker.exit();
    await startWorker();
  }
}

async function create(count: number): Promise<string[]> {
  const answers = await Promise.all(
    Array.from({ length: count }, () => owner.post('/tenants', tenantInput(newSlug()))),
  );
  return answers.map(({ body }) => body.id as string);
}

const statusOf = async (id: string): Promise<string> => {
  const { status, body } = await owner.get(`/tenants/${id}`);
  return status === 404 ? 'GONE' : (body.status as string);
};

const all = async (ids: readonly string[], status: string) => {
  for (const id of ids) await until(async () => (await statusOf(id)) === status);
};

/** What PostgreSQL has under a tenant's name. */
async function traces(id: string): Promise<{ databases: number; roles: number }> {
  const name = `t_${id.replaceAll('-', '')}`;
  const { rows } = await asAdmin((admin) =>
    admin.query<{ databases: number; roles: number }>(
      `SELECT (SELECT count(*)::int FROM pg_database WHERE datname = $1) AS databases,
              (SELECT count(*)::int FROM pg_roles WHERE rolname LIKE $1 || '%') AS roles`,
      [name],
    ),
  );
  return rows[0] ?? { databases: -1, roles: -1 };
}

describe('a worker that is killed again and again', () => {
  it('fails no tenant: all of them come to life, with one database and one role each', async () => {
    const ids = await create(8);
    await killAndRestart(5);
    await all(ids, 'ACTIVE');
    for (const id of ids) expect(await traces(id)).toEqual({ databases: 1, roles: 1 });
  });

  it('ends every rotation that was begun, and leaves one role', async () => {
    const ids = await create(4);
    await all(ids, 'ACTIVE');
    for (const id of ids) await owner.post(`/tenants/${id}/credentials/rotate`);
    await killAndRestart(5);
    const rotations = async (id: string): Promise<number> => {
      const { body } = await owner.get(`/tenants/${id}/events`);
      return body.data.filter(({ action }: { action: string }) => action === 'tenant.credentials_rotated').length;
    };
    for (const id of ids) {
      await until(async () => (await rotations(id)) > 0);
      await until(async () => (await traces(id)).roles === 1);
      expect(await rotations(id)).toBe(1);
    }
  });

  it('ends every purge that was begun, and leaves nothing', async () => {
    const ids = await create(6);
    await all(ids, 'ACTIVE');
    for (const id of ids) await owner.delete(`/tenants/${id}?purge=now`);
    await killAndRestart(5);
    await all(ids, 'GONE');
    for (const id of ids) expect(await traces(id)).toEqual({ databases: 0, roles: 0 });
    const left = await installation.query('SELECT FROM "WarmDatabase" WHERE "state" = \'CLAIMED\'');
    expect(left).toEqual([]);
  });
});
