import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, until, type Caller, type System } from '@helpdeskly/testing';
import { leftColumns, leftTables, sections } from '../src/transfers/exports/export-sections.js';
import { download, ended, exported, unpacked, type Unpacked } from './archives.js';
import { stored, upload } from './files.js';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await startSystem({ appQueues: true, app: { TRANSFER_SURVEY: '1s' } });
  desk = await openHelpdesk(system);
});
afterAll(() => system?.close());

const fetched = async (url: string, headers: Record<string, string> = {}, caller: Caller = desk.admin) =>
  download(system, desk.tenant, url, { ...caller.headers, ...headers });

async function archiveOf(url: string): Promise<Unpacked> {
  return unpacked(Buffer.from(await (await fetched(url)).arrayBuffer()));
}

describe('an export', () => {
  it('holds the rows and the files of the helpdesk, and no secret', async () => {
    const { agent, customer, admin, tenant } = desk;
    const ticket = await openTicket(customer, { title: 'Ink “runs”\nout' });
    const file = await upload(agent, 'bytes of a file', 'note.txt');
    const comment = await reply(agent, ticket.id, { body: 'See the file.', attachmentIds: [file.id] });
    await admin.post('/macros', { name: 'Hello', shared: true, reply: { body: 'Hello' } });
    const { body: hook } = await admin.post('/webhooks', {
      url: 'https://hooks.example/very/secret?t=1',
      events: ['CREATED'],
    });
    const done = await exported(admin);
    expect(done).toMatchObject({ status: 'DONE', error: null, requestedById: admin.id });
    expect(done.progress.done).toBe(done.progress.total);

    const archive = await archiveOf(done.result.url);
    expect(archive.manifest).toMatchObject({
      format: 'helpdeskly-export',
      version: 1,
      tenant: { slug: tenant.slug },
      missing: [],
    });
    for (const { name } of sections) expect(archive.rows(name)).toHaveLength(archive.manifest.rows[name]);
    expect(archive.rows('tickets').map(({ id, title }) => [id, title])).toEqual([[ticket.id, ticket.title]]);
    expect(archive.rows('comments')).toEqual([expect.objectContaining({ id: comment.id, body: 'See the file.' })]);
    expect(archive.rows('events').map(({ type }) => type)).toContain('COMMENTED');
    expect(archive.rows('users').map(({ email }) => email)).toContain(admin.email);
    expect(archive.rows('files')).toEqual([
      expect.objectContaining({ id: file.id, commentId: comment.id, sha256: file.sha256 }),
    ]);
    expect(archive.entries.get(`files/${file.id}`)?.toString()).toBe('bytes of a file');
    expect(archive.rows('webhooks')[0].origin).toBe('https://hooks.example');

    const secrets = await inDatabase(
      tenant,
      `SELECT "passwordHash" AS s FROM "User" WHERE "passwordHash" IS NOT NULL
       UNION ALL SELECT "sealedSecret" FROM "Webhook" UNION ALL SELECT encode("tokenHash", 'hex') FROM "RefreshToken"`,
    );
    const all = Buffer.concat([...archive.entries.values()]).toString('latin1');
    expect(secrets.length).toBeGreaterThan(2);
    for (const secret of [...secrets.map(({ s }) => s as string), hook.secret, 'very/secret'])
      expect(all.includes(secret)).toBe(false);
  });

  it('names or leaves out every table and every column of the database', async () => {
    const columns = await inDatabase(
      desk.tenant,
      `SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`,
    );
    const known = (table: string) =>
      sections
        .filter((section) => section.table === table)
        .flatMap(({ columns: plain, times = [] }) => [...plain, ...times])
        .concat(leftColumns[table] ?? []);
    const unknown = columns.filter(
      ({ t, c }) => !t.startsWith('_') && !leftTables.includes(t) && !known(t).includes(c),
    );
    expect(unknown).toEqual([]);
    const gone = leftTables.filter((table) => !columns.some(({ t }) => t === table));
    expect(gone).toEqual([]);
  });

  it('is downloaded again from where it was cut off', async () => {
    const { result } = await exported(desk.admin);
    const whole = await fetched(result.url);
    const bytes = Buffer.from(await whole.arrayBuffer());
    expect([whole.status, whole.headers.get('accept-ranges'), bytes.length]).toEqual([200, 'bytes', result.size]);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(result.sha256);
    const etag = whole.headers.get('etag') ?? '';
    const rest = await fetched(result.url, { range: 'bytes=100-', 'if-range': etag });
    expect([rest.status, rest.headers.get('content-range')]).toEqual([
      206,
      `bytes 100-${result.size - 1}/${result.size}`,
    ]);
    expect(Buffer.from(await rest.arrayBuffer()).equals(bytes.subarray(100))).toBe(true);
    const last = await fetched(result.url, { range: 'bytes=-10' });
    expect(Buffer.from(await last.arrayBuffer()).equals(bytes.subarray(-10))).toBe(true);
    expect((await fetched(result.url, { range: 'bytes=100-', 'if-range': '"another"' })).status).toBe(200);
    const beyond = await fetched(result.url, { range: `bytes=${result.size}-` });
    expect([beyond.status, beyond.headers.get('content-range'), ((await beyond.json()) as any).code]).toEqual([
      416,
      `bytes */${result.size}`,
      'range_not_satisfiable',
    ]);
  });

  it('is for admins with a token and an unchanged link', async () => {
    const { result, id } = await exported(desk.admin);
    const { agent, customer, admin, tenant } = desk;
    for (const caller of [agent, customer]) {
      for (const path of ['/exports', `/exports/${id}`])
        expect(refusal(await caller.get(path))).toEqual([403, 'forbidden']);
      expect(refusal(await caller.post('/exports'))).toEqual([403, 'forbidden']);
      expect((await fetched(result.url, {}, caller)).status).toBe(403);
    }
    expect((await download(system, tenant, result.url, {})).status).toBe(401);
    const other = await system.createTenant();
    expect((await download(system, other, result.url, other.admin.headers as Record<string, string>)).status).toBe(404);
    expect((await fetched(result.url.replace(/signature=./, 'signature=-'))).status).toBe(403);
    expect((await fetched(result.url.replace(/expires=\d+/, 'expires=99999999999'))).status).toBe(403);
    expect(refusal(await admin.get('/exports/01a1fac5-30c5-7dac-ac30-a758dbba7229'))).toEqual([404, 'not_found']);
  });

  it('tells every admin, and the audit trail', async () => {
    const second = await desk.tenant.user('ADMIN', 'Second Admin');
    const { id, result } = await exported(desk.admin);
    for (const admin of [desk.admin, second]) {
      const { body } = await admin.get('/notifications');
      expect(body.data[0]).toMatchObject({ kind: 'SECURITY', details: { event: 'DATA_EXPORTED', exportId: id } });
    }
    expect((await desk.agent.get('/notifications')).body.data.some(({ kind }: any) => kind === 'SECURITY')).toBe(false);
    await fetched(result.url);
    await fetched(result.url, { range: 'bytes=1-' });
    const { body } = await desk.admin.get('/audit-events?type=DATA_EXPORTED,DATA_EXPORT_DOWNLOADED');
    expect(body.data.slice(0, 3).map((event: any) => [event.type, event.actor.id, event.details.exportId])).toEqual([
      ['DATA_EXPORT_DOWNLOADED', desk.admin.id, id],
      ['DATA_EXPORT_DOWNLOADED', desk.admin.id, id],
      ['DATA_EXPORTED', desk.admin.id, id],
    ]);
  });

  it('runs alone in its helpdesk, and is found by the survey when its job is lost', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    await inDatabase(
      tenant,
      `INSERT INTO "DataExport" ("requestedById", "dueAt") VALUES ($1, now() + interval '1 hour')`,
      [admin.id],
    );
    expect(refusal(await admin.post('/exports'))).toEqual([409, 'run_in_progress']);
    const [{ id }] = await inDatabase(tenant, `UPDATE "DataExport" SET "dueAt" = now() RETURNING "id"`);
    expect(await ended(admin, id)).toMatchObject({ status: 'DONE' });
  });

  it('goes on after a worker that died, and removes what that one has written', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    const { id: file } = await upload(admin, 'half an archive');
    await inDatabase(tenant, 'DELETE FROM "Attachment" WHERE "id" = $1', [file]);
    await inDatabase(
      tenant,
      `INSERT INTO "DataExport" ("requestedById", "status", "blobId", "attempts") VALUES ($1, 'RUNNING', $2, 1)`,
      [admin.id, file],
    );
    await until(async () => (await admin.get('/exports')).body.data[0].status === 'DONE');
    expect(await stored(system, tenant)).not.toContain(file);
  });

  it('ends when its workers die again and again, and leaves nothing', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    const { id: file } = await upload(admin, 'half an archive');
    await inDatabase(tenant, 'DELETE FROM "Attachment" WHERE "id" = $1', [file]);
    await inDatabase(
      tenant,
      `INSERT INTO "DataExport" ("requestedById", "status", "blobId", "attempts") VALUES ($1, 'RUNNING', $2, 6)`,
      [admin.id, file],
    );
    await until(async () => (await admin.get('/exports')).body.data[0].status === 'FAILED');
    await until(async () => !(await stored(system, tenant)).includes(file));
  });

  it('tells which files are lost, and holds all others', async () => {
    const { tenant, agent, customer, admin } = await openHelpdesk(system);
    const [lost, kept] = [await upload(agent, 'a lost file'), await upload(agent, 'a kept file')];
    const ticket = await openTicket(customer);
    await reply(agent, ticket.id, { body: 'Two files.', attachmentIds: [lost.id, kept.id] });
    await rm(join(system.installation.attachmentsFolder, tenant.id, lost.id));
    const { result } = await exported(admin);
    const answer = await download(system, tenant, result.url, admin.headers);
    const { manifest, entries } = await unpacked(Buffer.from(await answer.arrayBuffer()));
    expect(manifest.missing).toEqual([lost.id]);
    expect(entries.get(`files/${kept.id}`)?.toString()).toBe('a kept file');
  });

  it('takes the place of the former one', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    const first = await exported(admin);
    const second = await exported(admin);
    expect((await admin.get(`/exports/${first.id}`)).body).toMatchObject({ status: 'EXPIRED', result: null });
    expect(await stored(system, tenant)).toHaveLength(1);
    const headers = admin.headers as Record<string, string>;
    expect((await download(system, tenant, first.result.url, headers)).status).toBe(404);
    expect((await download(system, tenant, second.result.url, headers)).status).toBe(200);
  });

  it('is removed when its day is over', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    const { id, result } = await exported(admin);
    expect(await stored(system, tenant)).toHaveLength(1);
    await inDatabase(tenant, `UPDATE "DataExport" SET "dueAt" = now(), "expiresAt" = now()`);
    await until(async () => (await admin.get(`/exports/${id}`)).body.status === 'EXPIRED');
    expect(await stored(system, tenant)).toEqual([]);
    expect((await download(system, tenant, result.url, admin.headers as Record<string, string>)).status).toBe(404);
  });
});
