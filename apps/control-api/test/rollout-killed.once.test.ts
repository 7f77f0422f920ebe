import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Installation, MigrationsFolder, ServiceProcess, until, type Caller } from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let installation: Installation;
let folder: MigrationsFolder;
let api: RunningControlApi;
let owner: Caller;
let worker: ServiceProcess;

const startWorker = async () => {
  worker = await ServiceProcess.start('control-worker', {
    ...installation.environment,
    TENANT_MIGRATIONS_DIR: folder.path,
    TENANT_WARM_DATABASES: '0',
  });
};

beforeAll(async () => {
  installation = await Installation.create();
  folder = await MigrationsFolder.create();
  const config = installation.controlConfig({ TENANT_MIGRATIONS_DIR: folder.path, TENANT_WARM_DATABASES: '0' });
  api = await RunningControlApi.start(config, { workers: false });
  owner = await api.asOwner();
  await startWorker();
  for (let count = 0; count < 3; count++)
    expect((await owner.post('/tenants', tenantInput(newSlug()), wait)).status).toBe(201);
});

afterAll(async () => {
  await worker.stop();
  await api.stop();
  await installation.remove();
  await folder.remove();
});

async function killAndRestart(): Promise<void> {
  worker.signal('SIGKILL');
  await worker.exit();
  await startWorker();
}

it('a run whose driver is killed stays in its soak and in its pause, and goes on from there', async () => {
  await folder.write('20270000000001_killed', 'CREATE TABLE "Killed" ("id" int)');
  const { body } = await owner.post('/migration-runs', { canary: 1, waves: [50], soak: '1h' });
  const path = `/migration-runs/${body.id}`;
  const run = async () => (await owner.get(path)).body;
  const reached = (facts: { status: string; done: number }) =>
    until(async () => {
      const { status, counts } = await run();
      return status === facts.status && counts.done === facts.done;
    });
  await reached({ status: 'SOAKING', done: 1 });
  const { soakUntil } = await run();
  await killAndRestart();
  expect(await run()).toMatchObject({ status: 'SOAKING', soakUntil, stages: { done: 1 }, counts: { done: 1 } });
  await owner.post(`${path}/advance`);
  await reached({ status: 'SOAKING', done: 2 });
  await owner.post(`${path}/pause`);
  await killAndRestart();
  expect(await run()).toMatchObject({ status: 'PAUSED', stages: { done: 2 }, counts: { done: 2, running: 0 } });
  await owner.post(`${path}/resume`);
  await owner.post(`${path}/advance`);
  await reached({ status: 'SUCCEEDED', done: 3 });
});
