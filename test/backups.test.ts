import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, startSystem, until, urlOf, type System, type TestTenant } from '@helpdeskly/testing';

let system: System;
let tenant: TestTenant;

beforeAll(async () => {
  system = await startSystem();
  tenant = await system.createTenant();
});

afterAll(() => system?.close());

interface Backup {
  readonly id: string;
  readonly status: string;
  readonly rows: number;
  readonly bytes: number;
  readonly [field: string]: unknown;
}

const folder = () => system.installation.backupsFolder;
const read = async (id: string): Promise<Backup> => (await system.operator.get(`/backups/${id}`)).body;
const order = async (of = tenant, body?: object): Promise<Backup> => {
  const answer = await system.operator.post(`/tenants/${of.id}/backups`, body);
  expect(answer.status).toBe(202);
  return answer.body;
};
const ended = async ({ id }: Pick<Backup, 'id'>): Promise<Backup> => {
  await until(
    async () => (await read(id)).status !== 'RUNNING',
    () => read(id),
  );
  return read(id);
};
const backUp = async (of = tenant) => ended(await order(of));

/** The names of the blobs in the tenant's shared space that hold files. */
const files = async (of: TestTenant) =>
  (await readdir(join(folder(), `tenant-${of.id}`)).catch(() => [])).filter((name) => name.startsWith('file-'));

async function upload(of: TestTenant, content: string): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob([content], { type: 'text/plain' }), 'a.txt');
  const { status, body } = await of.admin.post('/attachments', form);
  expect(status).toBe(201);
  return body.id;
}

/** Runs `work` while another session keeps what one of the tenant's tables is locked by. */
const during = <T>(of: TestTenant, statement: string, work: () => Promise<T>) =>
  connected(urlOf(of.databaseName), async (client) => {
    await client.query(`BEGIN; ${statement}`);
    try {
      return await work();
    } finally {
      await client.query('ROLLBACK');
    }
  });

describe('a backup of a tenant', () => {
  it('is written while the tenant serves, and says what it holds', async () => {
    const ordered = await system.operator.post(`/tenants/${tenant.slug}/backups`, { reason: 'before the upgrade' });
    expect([ordered.status, ordered.headers.get('location')]).toEqual([202, `/api/v1/backups/${ordered.body.id}`]);
    expect(ordered.body).toMatchObject({ status: 'RUNNING', tenantSlug: tenant.slug, reason: 'before the upgrade' });
    const done = await ended(ordered.body);
    const { body: of } = await system.operator.get(`/tenants/${tenant.id}`);
    expect(done).toMatchObject({
      status: 'DONE',
      tenantId: tenant.id,
      schemaVersion: of.schemaVersion,
      verifiedAt: null,
      error: null,
    });
    expect(done.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(Date.parse(String(done.expiresAt))).toBeGreaterThan(Date.now());
    expect(Date.parse(String(done.takenAt))).toBeLessThanOrEqual(Date.parse(String(done.finishedAt)));
    const rows = await connected(urlOf(tenant.databaseName), async (client) => {
      const tables = await client.query<{ name: string }>(
        `SELECT relname AS name FROM pg_class
          WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> '_prisma_migrations'`,
      );
      const counts = tables.rows.map(({ name }) => `(SELECT count(*) FROM "${name}")`).join(' + ');
      return (await client.query<{ count: number }>(`SELECT (${counts})::int AS count`)).rows[0]?.count;
    });
    expect(done.rows).toBe(rows);
    const { body: events } = await system.operator.get(`/tenants/${tenant.id}/events`);
    const actions = events.data.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(expect.arrayContaining(['backup.ordered', 'backup.done']));
  });

  it('shows nothing of the tenant to whoever has the folder, and leaves no half-written file', async () => {
    const of = await system.createTenant();
    await of.admin.post('/tickets', { title: 'a subject that nobody else has', description: 'x' });
    await upload(of, 'a file that nobody else has');
    await backUp(of);
    const names = await readdir(folder(), { recursive: true, withFileTypes: true });
    for (const entry of names.filter((each) => each.isFile())) {
      expect(entry.name).not.toMatch(/\.part$/);
      const content = await readFile(join(entry.parentPath, entry.name));
      expect([entry.name, content.includes('nobody else has'), content.includes(of.slug)]).toEqual([
        entry.name,
        false,
        false,
      ]);
    }
  });

  it('stores a file once, however many archives have it, until the last of them is deleted', async () => {
    const of = await system.createTenant();
    await upload(of, 'one');
    const first = await backUp(of);
    expect(await files(of)).toHaveLength(1);
    await upload(of, 'two');
    const second = await backUp(of);
    expect(second.bytes).toBeGreaterThan(first.bytes);
    const both = await files(of);
    expect(both).toHaveLength(2);
    expect((await system.operator.delete(`/backups/${second.id}`)).status).toBe(204);
    await until(async () => (await files(of)).length === 1);
    expect(both).toEqual(expect.arrayContaining(await files(of)));
    expect((await system.operator.delete(`/backups/${first.id}`)).status).toBe(204);
    await until(async () => !(await readdir(folder())).some((name) => name.includes(of.id) || name.includes(first.id)));
    expect(await system.installation.query('SELECT FROM "ArchiveKey" WHERE "tenantId" = $1', [of.id])).toEqual([]);
    expect((await system.operator.get(`/backups/${first.id}`)).status).toBe(404);
  });

  it('and what it shares stay in the store if an older control database does not know it', async () => {
    const of = await system.createTenant();
    await upload(of, 'one');
    const [known, later] = [await backUp(of), await backUp(of)];
    const shared = () => readdir(join(folder(), `tenant-${of.id}`));
    const before = await shared();
    await system.installation.query('DELETE FROM "Backup" WHERE "id" = $1', [later.id]);
    expect((await system.operator.delete(`/backups/${known.id}`)).status).toBe(204);
    const spaces = await readdir(folder());
    expect([spaces.includes(`backup-${known.id}-1`), spaces.includes(`backup-${later.id}-1`)]).toEqual([false, true]);
    expect(await shared()).toEqual(before);
    const [ordered, key] = [await backUp(of), await readFile(join(folder(), `tenant-${of.id}`, 'key'), 'utf8')];
    expect(ordered.status).toBe('DONE'); // With a new key, beside which the former one stays.
    const keys = (await shared()).filter((name) => name.startsWith('key-'));
    expect(keys).toHaveLength(1);
    expect(await readFile(join(folder(), `tenant-${of.id}`, String(keys[0])), 'utf8')).not.toBe(key);
    await rm(join(folder(), `backup-${later.id}-1`), { recursive: true });
    expect((await system.operator.delete(`/backups/${ordered.id}`)).status).toBe(204);
    expect((await readdir(folder())).filter((name) => name.includes(of.id))).toEqual([]);
  });

  it('is complete without a file that the storage has lost, and says so', async () => {
    const of = await system.createTenant();
    const id = await upload(of, 'lost');
    await upload(of, 'kept');
    await rm(join(system.installation.attachmentsFolder, of.id, id));
    const done = await backUp(of);
    expect([done.status, done.error]).toEqual(['DONE', `The storage no longer has 1 files, such as ${id}.`]);
    await until(async () => (await files(of)).length === 1);
  });

  it('waits for a lock, says so meanwhile, and is done when that is gone', async () => {
    const of = await system.createTenant();
    const backup = await during(of, 'LOCK TABLE "Ticket" IN ACCESS EXCLUSIVE MODE', async () => {
      const ordered = await order(of);
      await until(async () => (await read(ordered.id)).error !== null);
      expect(await read(ordered.id)).toMatchObject({ status: 'RUNNING', error: expect.stringMatching(/lock/) });
      const again = await Promise.all([order(of), order(of)]);
      expect(again.map(({ id }) => id)).toEqual([ordered.id, ordered.id]);
      const { status, body } = await system.operator.delete(`/backups/${ordered.id}`);
      expect([status, body.code]).toEqual([409, 'invalid_transition']);
      return ordered;
    });
    expect(await ended(backup)).toMatchObject({ status: 'DONE', error: null });
  });

  it('is given up, with the reason, when it cannot be made', async () => {
    const of = await system.createTenant();
    await connected(urlOf(of.databaseName), (client) => client.query('CREATE UNLOGGED TABLE "Fleeting" ("id" int)'));
    const failed = await backUp(of);
    expect(failed).toMatchObject({ status: 'FAILED', sha256: null, error: expect.stringContaining('Fleeting') });
    expect((await readdir(folder())).filter((name) => name.includes(failed.id))).toEqual([]);
    expect((await system.operator.delete(`/backups/${failed.id}`)).status).toBe(204);
  });

  it('outlives its tenant', async () => {
    const of = await system.createTenant();
    const { id } = await backUp(of);
    await system.operator.delete(`/tenants/${of.id}?purge=now`);
    await until(async () => (await system.operator.get(`/tenants/${of.id}`)).status === 404);
    expect((await system.operator.get(`/tenants/${of.id}/backups`)).status).toBe(404);
    const { body } = await system.operator.get(`/backups?tenantId=${of.id}`);
    expect(body.data.map((each: Backup) => [each.id, each.tenantSlug, each.status])).toEqual([[id, of.slug, 'DONE']]);
  });

  it('goes when its time is over, but the newest of a tenant that exists stays, and the newest good one', async () => {
    const of = await system.createTenant();
    const [first, second, broken] = [await backUp(of), await backUp(of), await backUp(of)];
    await system.installation.query('UPDATE "Backup" SET "brokenSince" = now() WHERE "id" = $1', [broken.id]);
    await system.installation.query(`UPDATE "Backup" SET "expiresAt" = now() WHERE "tenantId" = $1`, [of.id]);
    await until(async () => (await system.operator.get(`/backups/${first.id}`)).status === 404);
    const { body } = await system.operator.get(`/tenants/${of.slug}/backups`);
    expect(body.data.map(({ id }: Backup) => id)).toEqual([broken.id, second.id]);
    await until(async () => !(await readdir(folder())).some((name) => name.includes(first.id)));
  });
});

describe('the routes of backups', () => {
  it('refuse what has no database, and what nobody has', async () => {
    const of = await system.createTenant();
    await system.installation.query(`UPDATE "Tenant" SET "status" = 'PROVISIONING' WHERE "id" = $1`, [of.id]);
    const refused = await system.operator.post(`/tenants/${of.id}/backups`);
    await system.installation.query(`UPDATE "Tenant" SET "status" = 'ACTIVE' WHERE "id" = $1`, [of.id]);
    expect([refused.status, refused.body.code]).toEqual([409, 'invalid_transition']);
    for (const path of ['/backups/nobody', '/backups/0197f2a0-0000-7000-8000-000000000000', '/tenants/nobody/backups'])
      expect([path, (await system.operator.get(path)).status]).toEqual([path, 404]);
    expect((await system.operator.post('/tenants/nobody/backups')).status).toBe(404);
    const { status, body } = await system.operator.post(`/tenants/${of.id}/backups`, { reason: 'x'.repeat(501) });
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });

  it('list page by page, and by status', async () => {
    const of = await system.createTenant();
    const ids = [];
    for (let count = 0; count < 3; count++) ids.unshift((await backUp(of)).id);
    const first = await system.operator.get(`/tenants/${of.id}/backups?limit=2`);
    const { nextCursor } = first.body.meta;
    const second = await system.operator.get(`/tenants/${of.id}/backups?limit=2&cursor=${nextCursor}`);
    const listed = [...first.body.data, ...second.body.data].map(({ id }: Backup) => id);
    expect(listed).toEqual(ids);
    const { body } = await system.operator.get(`/backups?tenantId=${of.id}&status=FAILED,RUNNING`);
    expect(body.data).toEqual([]);
  });

  it('let VIEWERs read, and change nothing', async () => {
    const { body: key } = await system.operator.post('/api-keys', { name: 'viewer', role: 'VIEWER' });
    const viewer = system.control.as({ authorization: `Bearer ${key.key}` });
    expect((await viewer.get('/backups')).status).toBe(200);
    for (const answer of [await viewer.post(`/tenants/${tenant.id}/backups`), await viewer.delete('/backups/x')])
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  });
});

describe('an installation without a place for backups', () => {
  it('answers 503, and orders none', async () => {
    const without = await startSystem({ control: { BACKUPS_DIR: '' } });
    try {
      const of = await without.createTenant();
      const { status, body } = await without.operator.post(`/tenants/${of.id}/backups`);
      expect([status, body.code]).toEqual([503, 'service_unavailable']);
      expect((await without.operator.get('/backups')).body.data).toEqual([]);
    } finally {
      await without.close();
    }
  });
});
