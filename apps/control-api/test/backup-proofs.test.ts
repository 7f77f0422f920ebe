import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Installation, until, type Caller } from '@helpdeskly/testing';
import { BackupProofs } from '../src/backups/backup-proofs.js';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;

beforeAll(async () => {
  installation = await Installation.create();
  api = await RunningControlApi.start(installation.controlConfig({ RATE_LIMIT_USER_PER_MINUTE: '0' }));
  owner = await api.asOwner();
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

const read = async (id: string) => (await owner.get(`/backups/${id}`)).body;

async function archived(): Promise<string> {
  const { body: tenant } = await owner.post('/tenants', tenantInput(newSlug()), wait);
  const { body } = await owner.post(`/tenants/${tenant.id}/backups`);
  await until(async () => (await read(body.id)).status === 'DONE');
  return body.id;
}

describe('the daily proof', () => {
  it('proves one archive of each server a day, of the tenant whose last proof is longest ago', async () => {
    const ids = [await archived(), await archived()];
    const proofs = api.app.get(BackupProofs, { strict: false });
    const proved = async () => {
      const backups = await Promise.all(ids.map(read));
      await until(async () => (await Promise.all(ids.map(read))).every(({ verifying }) => !verifying));
      return (await Promise.all(backups.map(({ id }) => read(id)))).filter(({ verifiedAt }) => verifiedAt !== null)
        .length;
    };
    await proofs.run();
    expect(await proved()).toBe(0); // They are young.
    await installation.query(`UPDATE "Backup" SET "finishedAt" = now() - interval '2 hours'`);
    await proofs.run();
    await until(async () => (await proved()) === 1);
    await proofs.run();
    expect(await proved()).toBe(1);
    await installation.query(`UPDATE "DatabaseServer" SET "proofOrderedAt" = now() - interval '2 days'`);
    await proofs.run();
    await until(async () => (await proved()) === 2);
  });
});
