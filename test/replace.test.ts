import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, connected, startSystem, until, urlOf, type System, type TestTenant } from '@helpdeskly/testing';
import { backUp, contentOf, readBackup } from './backing-up.js';

let system: System;

beforeAll(async () => {
  system = await startSystem();
});

afterAll(() => system?.close());

const readRestore = async (id: string) => (await system.operator.get(`/restores/${id}`)).body;

async function ordered(backupId: string): Promise<string> {
  const answer = await system.operator.post(`/backups/${backupId}/restore`, { as: 'REPLACE' });
  expect([answer.status, answer.headers.get('location')]).toEqual([202, `/api/v1/restores/${answer.body.id}`]);
  return answer.body.id;
}

async function replaced(backupId: string): Promise<any> {
  const id = await ordered(backupId);
  await until(
    async () => (await readRestore(id)).status !== 'RUNNING',
    () => readRestore(id),
  );
  return readRestore(id);
}

const titles = async ({ admin }: Pick<TestTenant, 'admin'>) =>
  (await admin.get('/tickets?sort=number')).body.data.map(({ title }: { title: string }) => title);
const open = async ({ admin }: Pick<TestTenant, 'admin'>, title: string): Promise<any> => {
  const { status, body } = await admin.post('/tickets', { title, description: 'x' });
  expect(status).toBe(201);
  return body;
};

const databases = async ({ id }: TestTenant) => {
  const { rows } = await asAdmin((admin) =>
    admin.query<{ name: string }>('SELECT datname AS name FROM pg_database WHERE datname LIKE $1', [
      `%${id.replaceAll('-', '')}%`,
    ]),
  );
  return rows.map(({ name }) => name);
};

async function upload({ admin }: Pick<TestTenant, 'admin'>, content: string): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob([content], { type: 'text/plain' }), 'a.txt');
  return (await admin.post('/attachments', form)).body.id;
}

describe('a backup that REPLACES its tenant’s database', () => {
  it('puts it back to what it was, under the same slug; what it replaced is an archive', async () => {
    const tenant = await system.createTenant();
    const beside = await system.createTenant();
    await open(beside, 'Untouched');
    const ticket = await open(tenant, 'Before');
    const file = await upload(tenant, 'a file');
    await tenant.admin.post(`/tickets/${ticket.id}/comments`, { body: 'See.', attachmentIds: [file] });
    const backup = await backUp(system, tenant);
    await open(tenant, 'After');
    const later = await upload(tenant, 'later');
    await tenant.admin.delete(`/attachments/${later}`);
    const result = await replaced(backup.id);
    expect(result).toMatchObject({ status: 'DONE', error: null, result: { tenantId: tenant.id } });
    expect(result.result.pauseMs).toBeLessThan(30_000);
    expect((await tenant.admin.get('/tickets')).status).toBe(401);
    const admin = await tenant.signIn(tenant.admin.email);
    expect(await titles({ admin })).toEqual(['Before']);
    expect((await open({ admin }, 'Next')).number).toBe(2);
    expect(await contentOf(system, admin, tenant.slug, file)).toBe('a file');
    expect(await titles(beside)).toEqual(['Untouched']);
    expect(await databases(tenant)).toEqual([tenant.databaseName]);
    const former = await readBackup(system, result.result.formerBackupId);
    expect(former).toMatchObject({ status: 'DONE', tenantId: tenant.id });
    expect(former.reason).toContain(backup.id);
    const back = await replaced(former.id);
    expect(back.status).toBe('DONE');
    const again = await tenant.signIn(tenant.admin.email);
    expect(await titles({ admin: again })).toEqual(['Before', 'After']);
    const restores = (query: string) => system.operator.get(`/restores?tenantId=${tenant.id}${query}`);
    const { body: list } = await restores('');
    expect(list.data).toEqual([back, await readRestore(result.id)]);
    expect((await restores('&status=running')).body.data).toEqual([]);
    const { body: page } = await restores('&sort=startedAt&limit=1&status=done');
    expect([page.data[0].id, page.meta.hasMore]).toEqual([result.id, true]);
    const { body: events } = await system.operator.get(`/tenants/${tenant.id}/events`);
    expect(events.data.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(['backup.restore_ordered', 'tenant.replaced', 'backup.restore_done']),
    );
  });

  it('tells clients that their cursors are of another past', async () => {
    const tenant = await system.createTenant();
    await open(tenant, 'One');
    const { body: kept } = await tenant.admin.get('/events');
    const backup = await backUp(system, tenant);
    for (let count = 0; count < 4; count++) await open(tenant, 'Later');
    const { body: lost } = await tenant.admin.get('/events');
    expect((await replaced(backup.id)).status).toBe('DONE');
    const admin = await tenant.signIn(tenant.admin.email);
    const after = (cursor: string) => admin.get(`/events?after=${cursor}`);
    expect((await after(lost.meta.nextCursor)).body.code).toBe('invalid_cursor');
    expect((await after(kept.meta.nextCursor)).body.data).toEqual([]);
    const opened = await open({ admin }, 'New');
    expect((await after(kept.meta.nextCursor)).body.data[0].ticketId).toBe(opened.id);
    expect((await after(lost.meta.nextCursor)).body.code).toBe('invalid_cursor');
    const { body: whole } = await admin.get('/events');
    expect((await after(whole.meta.nextCursor)).status).toBe(200);
  });

  it('changes nothing when the archive turns out to be broken while the job reads it', async () => {
    const tenant = await system.createTenant();
    await open(tenant, 'Live');
    const backup = await backUp(system, tenant);
    const space = join(system.installation.backupsFolder, `backup-${backup.id}-1`);
    const table = join(space, String((await readdir(space)).find((name) => name.startsWith('table-'))));
    await truncate(table, 100);
    const [row] = await system.installation.query<{ id: string }>(
      `INSERT INTO "TenantRestore" ("tenantId", "tenantSlug", "backupId") VALUES ($1, $2, $3) RETURNING "id"`,
      [tenant.id, tenant.slug, backup.id],
    ); // As after a request that found it whole.
    await until(async () => (await readRestore(String(row?.id))).status === 'FAILED');
    expect((await readRestore(String(row?.id))).error).toMatch(/^archive_invalid: The archive cannot be used: /);
    expect(await titles(tenant)).toEqual(['Live']);
    expect(await databases(tenant)).toEqual([tenant.databaseName]);
  });

  it('is for OWNERs, and one at a time', async () => {
    const tenant = await system.createTenant();
    const [first, second] = [await backUp(system, tenant), await backUp(system, tenant)];
    const { body: key } = await system.operator.post('/api-keys', { name: 'operator', role: 'OPERATOR' });
    const operator = system.control.as({ authorization: `Bearer ${key.key}` });
    const forbidden = await operator.post(`/backups/${first.id}/restore`, { as: 'REPLACE' });
    expect([forbidden.status, forbidden.body.code]).toEqual([403, 'forbidden']);
    await connected(urlOf(system.installation.database), async (client) => {
      await client.query(`SELECT pg_advisory_lock(hashtext('helpdeskly tenant'), hashtext($1))`, [tenant.id]);
      const id = await ordered(first.id);
      expect(await ordered(first.id)).toBe(id);
      const refused = await system.operator.post(`/backups/${second.id}/restore`, { as: 'REPLACE' });
      expect([refused.status, refused.body.code]).toEqual([409, 'invalid_transition']);
      expect((await system.operator.delete(`/backups/${first.id}`)).body.code).toBe('invalid_transition');
      await until(async () => (await readRestore(id)).progress === 'SWITCHING');
      expect((await tenant.admin.get('/tickets')).status).toBe(200);
    });
    await until(async () => (await system.operator.delete(`/backups/${first.id}`)).status === 204);
  });

  it('keeps a suspended tenant suspended', async () => {
    const tenant = await system.createTenant();
    await open(tenant, 'Before');
    const backup = await backUp(system, tenant);
    await open(tenant, 'After');
    await system.operator.post(`/tenants/${tenant.id}/suspend`);
    await until(
      async () =>
        (await system.installation.query('SELECT FROM "Tenant" WHERE "id" = $1 AND NOT "accessOpen"', [tenant.id]))
          .length === 1,
    );
    expect((await replaced(backup.id)).status).toBe('DONE');
    expect((await tenant.visitor.post('/auth/login', { email: 'a@b.example', password: 'x' })).status).toBe(403);
    expect((await system.operator.post(`/tenants/${tenant.id}/activate`)).status).toBe(200);
    await until(async () => (await tenant.visitor.get('/auth/me')).status === 401);
    const admin = await tenant.signIn(tenant.admin.email);
    expect(await titles({ admin })).toEqual(['Before']);
  });
});

describe('writers during a REPLACE', () => {
  it('lose nothing unnoticed: what was answered is in the former database’s archive or in the new one', async () => {
    const tenant = await system.createTenant();
    const backup = await backUp(system, tenant);
    const id = await ordered(backup.id);
    const written: string[] = [];
    let ended = false;
    const writers = Array.from({ length: 3 }, async (_, writer) => {
      let admin = tenant.admin;
      for (let count = 0; !ended; count++) {
        const title = `${writer}-${count}`;
        const { status } = await admin.post('/tickets', { title, description: 'x' });
        if (status === 201) written.push(title);
        else if (status === 401) admin = await tenant.signIn(tenant.admin.email).catch(() => admin);
        else {
          expect([429, 503]).toContain(status);
          await sleep(100); // As clients do: a loop without a pause would take the processor from the switch.
        }
      }
    });
    await until(
      async () => (await readRestore(id)).status === 'DONE',
      () => readRestore(id),
    );
    const before = written.length;
    await until(() => written.length > before + 5);
    ended = true;
    await Promise.all(writers);
    const admin = await tenant.signIn(tenant.admin.email);
    const live = await all(admin);
    const { result } = await readRestore(id);
    const slug = `f-${tenant.slug}`;
    const { body: copy } = await system.operator.post(`/backups/${result.formerBackupId}/restore`, {
      as: 'NEW',
      slug,
      name: 'x',
    });
    await until(async () => (await system.operator.get(`/tenants/${copy.id}`)).body.status === 'ACTIVE');
    const former = await all(
      await (async () => {
        const visitor = system.app.as({ 'x-tenant-slug': slug });
        const { body } = await visitor.post('/auth/login', {
          email: tenant.admin.email,
          password: 'a password of many words',
        });
        return visitor.with({ authorization: `Bearer ${body.accessToken}` });
      })(),
    );
    const found = new Set([...live, ...former]);
    expect(written.filter((title) => !found.has(title))).toEqual([]);
    expect(live.filter((title) => former.includes(title))).toEqual([]);
  });
});

async function all(admin: { get(path: string): Promise<any> }): Promise<string[]> {
  const found: string[] = [];
  for (let next = '/tickets?limit=100&sort=number'; ;) {
    const { body } = await admin.get(next);
    found.push(...body.data.map(({ title }: { title: string }) => title));
    if (!body.meta.hasMore) return found;
    next = `/tickets?limit=100&sort=number&cursor=${body.meta.nextCursor}`;
  }
}
