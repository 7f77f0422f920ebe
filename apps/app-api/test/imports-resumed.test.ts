import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, until, type System } from '@helpdeskly/testing';
import { importedAs } from './archives.js';
import { stored } from './files.js';
import { openHelpdesk, type Helpdesk } from './helpdesk.js';
import { checked, run, zendeskZip } from './importing.js';
import { inDatabase, refusal } from './people.js';

let system: System;

beforeAll(async () => {
  system = await startSystem({ appQueues: true, app: { TRANSFER_SURVEY: '1s', WEBHOOK_ALLOW_PRIVATE: 'true' } });
});
afterAll(() => system?.close());

describe('an import whose workers died', () => {
  const row = async (tenant: Helpdesk['tenant'], set: string, id: string) =>
    inDatabase(tenant, `UPDATE "DataImport" SET ${set} WHERE "id" = '${id}' RETURNING "id"`);

  it('ends when it comes no further', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    const { id } = await checked(admin, await zendeskZip());
    await row(tenant, `"status" = 'RUNNING', "attempts" = 8, "dueAt" = now()`, id);
    const ended = await importedAs(admin, id, ['FAILED', 'DONE']);
    expect([ended.status, ended.error.code]).toEqual(['FAILED', 'service_unavailable']);
    await row(tenant, '"dueAt" = now()', id); // A day later.
    await until(async () => !(await stored(system, tenant)).includes(id));
  });

  it('waits for what is away, however long that takes', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    const { id } = await checked(admin, await zendeskZip());
    const bytes = join(system.installation.attachmentsFolder, tenant.id, id);
    await rename(bytes, `${bytes}.away`);
    await mkdir(bytes); // It cannot be read as a file.
    await row(tenant, `"status" = 'RUNNING', "attempts" = 7, "dueAt" = now()`, id);
    const waits = `SELECT FROM "DataImport" WHERE "attempts" = 7 AND "status" = 'RUNNING' AND "dueAt" > now()`;
    await until(async () => (await inDatabase(tenant, waits)).length === 1);
    await rm(bytes, { recursive: true });
    await rename(`${bytes}.away`, bytes);
    await row(tenant, '"dueAt" = now()', id);
    expect((await importedAs(admin, id, ['FAILED', 'DONE'])).status).toBe('DONE');
  });

  it('goes on where it stood when an admin wants that', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    const { id, runnableUntil } = await checked(admin, await zendeskZip());
    expect(Date.parse(runnableUntil)).toBeGreaterThan(Date.now());
    await row(tenant, `"status" = 'RUNNING', "attempts" = 8, "step" = 1, "dueAt" = now()`, id);
    const failed = await importedAs(admin, id, ['FAILED', 'DONE']);
    expect([failed.error.code, Date.parse(failed.runnableUntil) > Date.now()]).toEqual(['service_unavailable', true]);
    expect(await inDatabase(tenant, `SELECT FROM "DataImport" WHERE "step" = 1`)).toHaveLength(1);
    const done = await run(admin, id);
    expect(done).toMatchObject({ status: 'DONE', error: null, runnableUntil: null });
    expect(done.finishedAt > failed.finishedAt).toBe(true);
    expect(refusal(await admin.post(`/imports/${id}/run`))).toEqual([409, 'invalid_transition']);
  });

  it('is done when the last of them had imported the last row', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    const { id } = await checked(admin, await zendeskZip());
    await row(tenant, `"status" = 'RUNNING', "step" = 99, "dueAt" = now()`, id);
    expect((await importedAs(admin, id, ['FAILED', 'DONE'])).status).toBe('DONE');
  });

  it('stays done when it is removed once more', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    const { id } = await checked(admin, await zendeskZip());
    const before = await run(admin, id);
    await until(async () => !(await stored(system, tenant)).includes(id));
    await row(tenant, `"removedAt" = NULL, "dueAt" = now()`, id); // It died before it had removed what is over.
    await until(
      async () => (await inDatabase(tenant, `SELECT FROM "DataImport" WHERE "removedAt" IS NULL`)).length === 0,
    );
    expect((await admin.get(`/imports/${id}`)).body).toEqual(before);
  });

  it('leaves nothing of an archive that was still arriving', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    const { id } = await checked(admin, await zendeskZip());
    await row(tenant, `"status" = 'UPLOADING', "dueAt" = now()`, id);
    await until(async () => (await inDatabase(tenant, `SELECT FROM "DataImport"`)).length === 0);
    expect(await stored(system, tenant)).not.toContain(id);
  });

  it('is given up after a day without a run', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    const { id } = await checked(admin, await zendeskZip());
    await row(tenant, `"dueAt" = now()`, id);
    expect((await importedAs(admin, id, ['EXPIRED'])).result.accepted).toMatchObject({ tickets: 1 });
    expect(refusal(await admin.post(`/imports/${id}/run`))).toEqual([409, 'invalid_transition']);
    await until(async () => !(await stored(system, tenant)).includes(id));
  });
});
