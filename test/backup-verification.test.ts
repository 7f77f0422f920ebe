import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, connected, startSystem, until, urlOf, type System, type TestTenant } from '@helpdeskly/testing';
import { backUp, readBackup } from './backing-up.js';

let system: System;

beforeAll(async () => {
  system = await startSystem();
});

afterAll(() => system?.close());

/** A tenant with something of everything that its admin can write. */
async function usedTenant(): Promise<TestTenant> {
  const tenant = await system.createTenant();
  const form = new FormData();
  form.append('file', new Blob(['a file'], { type: 'text/plain' }), 'a.txt');
  const { body: file } = await tenant.admin.post('/attachments', form);
  const { body: ticket } = await tenant.admin.post('/tickets', { title: 'Printer', description: 'It is on fire.' });
  await tenant.admin.post('/tickets', { title: 'Tabs\tand \\N', description: 'line\nline \\. ünï' });
  const comment = { body: 'Water it.', attachmentIds: [file.id] };
  expect((await tenant.admin.post(`/tickets/${ticket.id}/comments`, comment)).status).toBe(201);
  return tenant;
}

const read = (id: string) => readBackup(system, id);

async function verified(id: string): Promise<any> {
  expect((await system.operator.post(`/backups/${id}/verify`)).status).toBe(202);
  await until(
    async () => !(await read(id)).verifying,
    () => read(id),
  );
  return read(id);
}

const scratch = async (id: string) => {
  const { rows } = await asAdmin((admin) =>
    admin.query('SELECT FROM pg_database WHERE datname LIKE $1', [`hd\\_scratch\\_%${id.replaceAll('-', '')}`]),
  );
  return rows.length;
};

/** Changes one bit in the middle of a blob. */
async function damage(file: string): Promise<void> {
  const bytes = await readFile(file);
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  await writeFile(file, bytes);
}

const openIncidents = async (id: string) => {
  const { body } = await system.operator.get('/incidents?state=open&kind=backup_broken');
  return body.data.filter(({ message }: { message: string }) => message.includes(id));
};

describe('a verification of a backup', () => {
  it('restores it into a scratch database, says that it is good, and leaves nothing', async () => {
    const tenant = await usedTenant();
    const backup = await backUp(system, tenant);
    const result = await verified(backup.id);
    expect(result).toMatchObject({ status: 'DONE', error: null, sha256: backup.sha256 });
    expect(Date.parse(result.verifiedAt)).toBeGreaterThanOrEqual(Date.parse(backup.finishedAt));
    expect(await scratch(backup.id)).toBe(0);
    const { body: events } = await system.operator.get(`/tenants/${tenant.id}/events`);
    const actions = events.data.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(expect.arrayContaining(['backup.verification_ordered', 'backup.verified']));
  });

  it('says what is wrong with a damaged one, opens an incident, and disturbs nobody', async () => {
    const tenant = await usedTenant();
    const backup = await backUp(system, tenant);
    await verified(backup.id);
    const space = join(system.installation.backupsFolder, `backup-${backup.id}-1`);
    const table = (await readdir(space)).find((name) => name.startsWith('table-'));
    await damage(join(space, String(table)));
    const [installed] = await system.installation.query<{ key: string }>('SELECT "key" FROM "Installation"');
    const left = `hd_scratch_${installed?.key}_${backup.id.replaceAll('-', '')}`;
    await asAdmin((admin) => admin.query(`CREATE DATABASE "${left}" OWNER helpdeskly_owner`)); // As by a killed worker.
    const result = await verified(backup.id);
    expect(result).toMatchObject({ status: 'DONE', verifiedAt: null });
    expect(result.error).toMatch(
      /^The verification failed: The archive cannot be used: .*is not what was written there/,
    );
    expect(await scratch(backup.id)).toBe(0);
    await until(async () => (await openIncidents(tenant.slug)).length === 1);
    expect((await tenant.admin.get('/tickets')).status).toBe(200);
    expect((await system.operator.delete(`/backups/${backup.id}`)).status).toBe(204);
    await until(async () => (await openIncidents(tenant.slug)).length === 0);
  });

  it('finds a damaged file, and a manifest that is not the one that was written', async () => {
    const tenant = await usedTenant();
    const [first, second] = [await backUp(system, tenant), await backUp(system, tenant)];
    const shared = join(system.installation.backupsFolder, `tenant-${tenant.id}`);
    const file = (await readdir(shared)).find((name) => name.startsWith('file-'));
    const folder = (id: string) => join(system.installation.backupsFolder, `backup-${id}-1`);
    const manifest = await readFile(join(folder(second.id), 'manifest'));
    await writeFile(join(folder(first.id), 'manifest'), manifest);
    expect((await verified(first.id)).error).toMatch(/its manifest is not the one that was written/);
    expect((await verified(second.id)).verifiedAt).not.toBeNull();
    await damage(join(shared, String(file)));
    expect((await verified(second.id)).error).toMatch(/is not what was written there/);
  });

  it('works for a tenant that was purged', async () => {
    const tenant = await usedTenant();
    const backup = await backUp(system, tenant);
    await system.operator.delete(`/tenants/${tenant.id}?purge=now`);
    await until(async () => (await system.operator.get(`/tenants/${tenant.id}`)).status === 404);
    expect(await verified(backup.id)).toMatchObject({ error: null, verifiedAt: expect.any(String) });
  });

  it('joins one that is under way, and nobody deletes the backup meanwhile', async () => {
    const tenant = await system.createTenant();
    const { id } = await backUp(system, tenant);
    await connected(urlOf(system.installation.database), async (client) => {
      await client.query(`SELECT pg_advisory_lock(hashtext('helpdeskly archives'), hashtext($1))`, [tenant.id]);
      const both = await Promise.all([1, 2].map(() => system.operator.post(`/backups/${id}/verify`)));
      expect(both.map(({ status, body }) => [status, body.verifying])).toEqual([
        [202, true],
        [202, true],
      ]);
      const { status, body } = await system.operator.delete(`/backups/${id}`);
      expect([status, body.code]).toEqual([409, 'invalid_transition']);
    });
    await until(async () => !(await read(id)).verifying);
    expect((await read(id)).verifiedAt).not.toBeNull();
    expect((await system.operator.delete(`/backups/${id}`)).status).toBe(204);
  });

  it('is refused where there is no archive', async () => {
    const tenant = await system.createTenant();
    await connected(urlOf(tenant.databaseName), (client) =>
      client.query('CREATE UNLOGGED TABLE "Fleeting" ("id" int)'),
    );
    const { body } = await system.operator.post(`/tenants/${tenant.id}/backups`);
    await until(async () => (await read(body.id)).status === 'FAILED');
    const refused = await system.operator.post(`/backups/${body.id}/verify`);
    expect([refused.status, refused.body.code]).toEqual([409, 'invalid_transition']);
    expect((await system.operator.post('/backups/nobody/verify')).status).toBe(404);
  });
});
