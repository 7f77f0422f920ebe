import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, Installation, rounds, ServiceProcess, until, urlOf, type Caller } from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;
let worker: ServiceProcess;

const startWorker = async () => {
  worker = await ServiceProcess.start('control-worker', { ...installation.environment });
};

beforeAll(async () => {
  installation = await Installation.create();
  await startWorker();
  api = await RunningControlApi.start(installation.controlConfig({ RATE_LIMIT_USER_PER_MINUTE: '0' }), {
    workers: false,
  });
  owner = await api.asOwner();
});

afterAll(async () => {
  await worker.stop();
  await api.stop();
  await installation.remove();
});

const read = async (id: string) => (await owner.get(`/backups/${id}`)).body;
const spaces = () => readdir(installation.backupsFolder);

describe.each(rounds)('a worker that is killed in the middle of a backup (round %i)', () => {
  it('leaves it to another one, which writes it whole; nothing half-made of it stays', async () => {
    const { body: tenant } = await owner.post('/tenants', tenantInput(newSlug()), wait);
    await connected(urlOf(tenant.databaseName), async (client) => {
      // So much that the first take is not over when its worker dies.
      await client.query(
        `INSERT INTO "AuditEvent" ("type", "details")
         SELECT 'TEST', jsonb_build_object('text', repeat(md5(n::text), 300)) FROM generate_series(1, 12000) n`,
      );
      const { body: backup } = await owner.post(`/tenants/${tenant.id}/backups`);
      await until(async () => (await spaces().catch((): string[] => [])).includes(`backup-${backup.id}-1`));
      worker.signal('SIGKILL');
      await worker.exit();
      expect((await read(backup.id)).status).toBe('RUNNING');
      await mkdir(join(installation.backupsFolder, 'backup-of-nobody'), { recursive: true });
      await writeFile(join(installation.backupsFolder, 'backup-of-nobody', 'table-000.part'), 'half');
      await startWorker();
      await until(
        async () => (await read(backup.id)).status === 'DONE',
        () => read(backup.id),
      );
      await until(async () => !(await spaces()).includes(`backup-${backup.id}-1`), spaces);
      const left = (await spaces()).filter((name) => name.includes(backup.id) || name.includes(tenant.id));
      expect(left.sort()).toEqual([`backup-${backup.id}-2`, `tenant-${tenant.id}`].sort());
      expect(await spaces()).toContain('backup-of-nobody');
      const blobs = await readdir(join(installation.backupsFolder, `backup-${backup.id}-2`));
      expect(blobs.filter((name) => name.endsWith('.part'))).toEqual([]);
      expect(blobs).toContain('manifest');
    });
  });
});
