import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { asAdmin, Installation, MigrationsFolder, ServiceProcess, until, type Caller } from '@helpdeskly/testing';
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
  expect((await owner.post('/tenants', tenantInput(newSlug()), wait)).status).toBe(201);
});

afterAll(async () => {
  await worker.stop();
  await api.stop();
  await installation.remove();
  await folder.remove();
});

/** The installation's copies, and whether a migration sleeps in one. */
async function copies(): Promise<{ name: string; sleeps: boolean }[]> {
  const [row] = await installation.query<{ key: string }>('SELECT "key" FROM "catalog"."installation"');
  return asAdmin(async (admin) => {
    const { rows } = await admin.query<{ name: string; sleeps: boolean }>(
      `SELECT d.datname AS name, EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname AND a.wait_event = 'PgSleep') AS sleeps
         FROM pg_database d WHERE starts_with(d.datname, $1)`,
      [`hd_scratch_${row!.key}_`],
    );
    return rows;
  });
}

it('a rehearsal whose worker is killed is done by the next one, and leaves no copy', async () => {
  const name = '20270000000001_slow';
  await folder.write(name, '-- compatible\nSELECT pg_sleep(3)');
  const { body } = await owner.post('/migration-rehearsals', { migrations: [name] });
  await until(async () => (await copies()).some(({ sleeps }) => sleeps));
  worker.signal('SIGKILL');
  await worker.exit();
  expect(await copies()).toHaveLength(1);
  await startWorker();
  await until(async () => (await owner.get(`/migration-rehearsals/${body.id}`)).body.status === 'DONE');
  expect((await owner.get(`/migration-rehearsals/${body.id}`)).body.result).toMatchObject([
    { applied: [name], error: null, durationMs: expect.any(Number) },
  ]);
  expect(await copies()).toEqual([]);
});
