import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asAdmin,
  connected,
  startSystem,
  until,
  urlOf,
  type System,
  type TestTenant,
  type User,
} from '@helpdeskly/testing';
import fc from 'fast-check';
import { backUp, contentOf } from './backing-up.js';

let system: System;

beforeAll(async () => {
  system = await startSystem({ appQueues: true, app: { WEBHOOK_ALLOW_PRIVATE: 'true' } });
});

afterAll(() => system?.close());

const password = 'a password of many words';
const slugOf = () => `r-${Math.random().toString(36).slice(2, 12)}`;
const readTenant = async (id: string) => (await system.operator.get(`/tenants/${id}`)).body;

/** The copy, once it has been made, and its admin. */
async function restored(backup: { readonly id: string }, adminEmail: string) {
  const slug = slugOf();
  const answer = await system.operator.post(`/backups/${backup.id}/restore`, { as: 'NEW', slug, name: 'The copy' });
  expect([answer.status, answer.body.status]).toEqual([202, 'PROVISIONING']);
  expect(answer.headers.get('location')).toBe(`/api/v1/tenants/${answer.body.id}`);
  await until(
    async () => (await readTenant(answer.body.id)).status === 'ACTIVE',
    () => readTenant(answer.body.id),
  );
  const visitor = system.app.as({ 'x-tenant-slug': slug });
  const signedIn = await visitor.post('/auth/login', { email: adminEmail, password });
  expect(signedIn.status).toBe(200);
  const admin = visitor.with({ authorization: `Bearer ${signedIn.body.accessToken}` });
  return { tenant: await readTenant(answer.body.id), visitor, admin };
}

async function upload({ admin }: TestTenant, content: string): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob([content], { type: 'text/plain' }), 'a.txt');
  const { status, body } = await admin.post('/attachments', form);
  expect(status).toBe(201);
  return body.id;
}

async function open(by: Pick<User, 'post'>, title: string): Promise<any> {
  const { status, body } = await by.post('/tickets', { title, description: 'It is on fire.' });
  expect(status).toBe(201);
  return body;
}

/** The rows of what a restore must give back as it was, by table. */
const rowsOf = (database: string) =>
  connected(urlOf(database), async (client) => {
    const tables = [
      'User',
      'Ticket',
      'Comment',
      'TicketEvent',
      'TicketCounter',
      'TicketSearch',
      'Attachment',
      'Draft',
      'Group',
    ];
    const rows: Record<string, unknown> = {};
    for (const table of tables)
      rows[table] = (
        await client.query(`SELECT (to_jsonb(t) - 'position')::text AS row FROM "${table}" t ORDER BY 1`)
      ).rows;
    return rows;
  });

const scratch = async (id: string) => {
  const name = `%${id.replaceAll('-', '')}%`;
  const { rows } = await asAdmin((admin) =>
    admin.query<{ name: string }>(`SELECT datname AS name FROM pg_database WHERE datname LIKE $1`, [name]),
  );
  return rows.map(({ name: each }) => each.replace(/^hd_scratch_[^_]+_/, 'scratch_'));
};

describe('a backup restored as a NEW tenant', () => {
  it('gives back what was there, counts on from there, and leaves the original alone', async () => {
    const tenant = await system.createTenant();
    const ticket = await open(tenant.admin, 'Printer');
    const file = await upload(tenant, 'a file');
    await tenant.admin.post(`/tickets/${ticket.id}/comments`, { body: 'Water it.', attachmentIds: [file] });
    const backup = await backUp(system, tenant);
    const expected = await rowsOf(tenant.databaseName);
    await open(tenant.admin, 'Later');
    const live = await rowsOf(tenant.databaseName);
    const { tenant: copy, admin } = await restored(backup, tenant.admin.email);
    expect(copy).toMatchObject({ name: 'The copy', plan: 'standard', schemaPending: 0 });
    expect(await rowsOf(copy.databaseName)).toEqual(expected);
    expect(await rowsOf(tenant.databaseName)).toEqual(live);
    expect((await admin.get('/tickets?q=printer')).body.data.map(({ id }: { id: string }) => id)).toEqual([ticket.id]);
    expect((await open(admin, 'Second')).number).toBe(2);
    expect(await contentOf(system, admin, copy.slug, file)).toBe('a file');
    expect(await scratch(copy.id)).toEqual([`t_${copy.id.replaceAll('-', '')}`]);
    const { body: events } = await system.operator.get(`/tenants/${tenant.id}/events`);
    expect(events.data.map(({ action }: { action: string }) => action)).toContain('backup.restore_ordered');
  });

  it('starts with nothing that leaves and nobody signed in, and its admin turns that on again', async () => {
    const tenant = await system.createTenant();
    const { status: made, body: webhook } = await tenant.admin.post('/webhooks', { url: 'http://127.0.0.1:9/a' });
    expect(made).toBe(201);
    const { body: key } = await tenant.admin.post('/api-keys', {
      name: 'key',
      role: 'AGENT',
      scopes: ['tickets:read'],
    });
    await connected(urlOf(tenant.databaseName), (client) =>
      client.query(`UPDATE "Mailbox" SET "isDefault" = false;
        INSERT INTO "Mailbox" ("address", "addressKey", "isDefault") VALUES ('help@customer.example', 'help@customer.example', true)`),
    );
    await open(tenant.admin, 'Printer');
    const { body: feed } = await tenant.admin.get('/events');
    const backup = await backUp(system, tenant);
    const { tenant: copy, visitor, admin } = await restored(backup, tenant.admin.email);
    const bearer = (token: string) => visitor.with({ authorization: `Bearer ${token}` });
    expect((await bearer(tenant.admin.accessToken).get('/tickets')).status).toBe(401);
    expect((await visitor.post('/auth/refresh', { refreshToken: tenant.admin.refreshToken })).status).toBe(401);
    expect((await bearer(key.key).get('/tickets')).status).toBe(401);
    expect((await tenant.visitor.with({ authorization: `Bearer ${key.key}` }).get('/tickets')).status).toBe(200);
    expect((await admin.get(`/events?after=${feed.meta.nextCursor}`)).body.code).toBe('invalid_cursor');
    expect((await admin.get('/settings')).body.outgoingMail).toBe(false);
    expect((await admin.get(`/webhooks/${webhook.id}`)).body.enabled).toBe(false);
    const support = expect.stringMatching(`^support@${copy.slug}\\.`);
    expect((await admin.get('/mailboxes')).body.data).toMatchObject([
      { address: support, verified: true, isDefault: true },
      { address: 'help@customer.example', verified: false, from: support, isDefault: false },
    ]);
    expect((await admin.patch('/settings', { outgoingMail: true })).body.outgoingMail).toBe(true);
    expect((await admin.patch(`/webhooks/${webhook.id}`, { enabled: true })).body.enabled).toBe(true);
    const { body: own } = await admin.post('/api-keys', { name: 'own', role: 'AGENT', scopes: ['tickets:read'] });
    expect((await bearer(own.key).get('/tickets')).status).toBe(200);
  });

  it('makes a draft of what was about to be sent, and sends no mail that waited', async () => {
    const tenant = await system.createTenant();
    const ticket = await open(tenant.admin, 'Printer');
    const held = { body: 'Soon.', sendAfter: 60 };
    expect((await tenant.admin.post(`/tickets/${ticket.id}/comments`, held)).status).toBe(201);
    await connected(urlOf(tenant.databaseName), (client) =>
      client.query(
        `INSERT INTO "MailDelivery" ("kind", "address", "dueAt") VALUES ('TEST', 'a@b.example', now() + interval '1 hour')`,
      ),
    );
    const backup = await backUp(system, tenant);
    const { tenant: copy, admin } = await restored(backup, tenant.admin.email);
    expect((await admin.get(`/tickets/${ticket.id}/draft`)).body).toMatchObject({ body: 'Soon.' });
    const left = await connected(
      urlOf(copy.databaseName),
      async (client) =>
        (
          await client.query(
            `SELECT (SELECT count(*)::int FROM "MailDelivery") AS mails, (SELECT count(*)::int FROM "HeldComment") AS held`,
          )
        ).rows,
    );
    expect(left).toEqual([{ mails: 0, held: 0 }]);
  });

  it('outlives the tenant: a purged one comes back under its slug', async () => {
    const tenant = await system.createTenant();
    await open(tenant.admin, 'Printer');
    const backup = await backUp(system, tenant);
    await system.operator.delete(`/tenants/${tenant.id}?purge=now`);
    await until(async () => (await system.operator.get(`/tenants/${tenant.id}`)).status === 404);
    const again = { as: 'NEW', slug: tenant.slug, name: 'Back' };
    const { status, body } = await system.operator.post(`/backups/${backup.id}/restore`, again);
    expect(status).toBe(202);
    await until(async () => (await readTenant(body.id)).status === 'ACTIVE');
    const admin = await tenant.signIn(tenant.admin.email);
    expect((await admin.get('/tickets')).body.data).toHaveLength(1);
  });

  it('is refused by name for a schema that this build does not know', async () => {
    const tenant = await system.createTenant();
    await connected(urlOf(tenant.databaseName), (client) =>
      client.query(
        `INSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name", "applied_steps_count")
         VALUES ('x', repeat('0', 64), now(), '29990101000000_of_tomorrow', 1)`,
      ),
    );
    const backup = await backUp(system, tenant);
    const input = { as: 'NEW', slug: slugOf(), name: 'x' };
    const { status, body } = await system.operator.post(`/backups/${backup.id}/restore`, input);
    expect([status, body.code]).toEqual([422, 'archive_invalid']);
    expect(body.detail).toContain('29990101000000_of_tomorrow');
  });

  it('refuses bad input, and what cannot be', async () => {
    const tenant = await system.createTenant();
    const backup = await backUp(system, tenant);
    const path = `/backups/${backup.id}/restore`;
    const answers = [
      await system.operator.post(path, { as: 'NEW', slug: slugOf() }),
      await system.operator.post(path, { as: 'NEW', slug: 'UPPER', name: 'x' }),
      await system.operator.post(path, { as: 'OTHER', slug: slugOf(), name: 'x' }),
      await system.operator.post(path, { as: 'REPLACE', slug: slugOf() }),
      await system.operator.post(path, { as: 'NEW', slug: tenant.slug, name: 'x' }),
      await system.operator.post(`/backups/${tenant.id}/restore`, { as: 'NEW', slug: slugOf(), name: 'x' }),
      await system.operator.get(`/restores/${tenant.id}`),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      ...Array.from({ length: 4 }, () => [400, 'validation_failed']),
      [409, 'slug_taken'],
      [404, 'not_found'],
      [404, 'not_found'],
    ]);
  });

  it('refuses an archive after any damage, and changes nothing', async () => {
    const tenant = await system.createTenant();
    await upload(tenant, 'a file of some bytes');
    await open(tenant.admin, 'Printer');
    const [backup, other] = [await backUp(system, tenant), await backUp(system, tenant)];
    const folder = (id: string) => join(system.installation.backupsFolder, `backup-${id}-1`);
    const shared = join(system.installation.backupsFolder, `tenant-${tenant.id}`);
    const files = (await readdir(shared)).filter((name) => name.startsWith('file-')).map((name) => join(shared, name));
    const places = [...(await readdir(folder(backup.id))).map((name) => join(folder(backup.id), name)), ...files];
    const names = await readdir(folder(backup.id));
    const [before] = await system.installation.query('SELECT count(*) FROM "Tenant"');
    const damage = fc.record({
      place: fc.constantFrom(...places),
      from: fc.constantFrom(...names),
      at: fc.double({ min: 0, max: 0.999, noNaN: true }),
      bit: fc.integer({ min: 0, max: 7 }),
      kind: fc.constantFrom('flip', 'cut', 'foreign', 'join', 'missing'),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ place, from, at, bit, kind }) => {
        const whole = await readFile(place);
        const foreign = await readFile(join(folder(other.id), from));
        const offset = Math.floor(at * whole.length);
        const flipped = Buffer.from(whole);
        flipped.writeUInt8(whole.readUInt8(offset) ^ (1 << bit), offset);
        if (kind === 'flip') await writeFile(place, flipped);
        if (kind === 'cut') await truncate(place, offset);
        if (kind === 'foreign') await writeFile(place, foreign);
        if (kind === 'join') await writeFile(place, Buffer.concat([whole, foreign]));
        if (kind === 'missing') await rm(place);
        const input = { as: 'NEW', slug: slugOf(), name: 'x' };
        const { status, body } = await system.operator.post(`/backups/${backup.id}/restore`, input);
        await writeFile(place, whole);
        expect([status, body.code]).toEqual([422, 'archive_invalid']);
        expect(body.detail).toMatch(/^The archive cannot be used: .+/);
      }),
      { numRuns: 100, seed: 20_261_129 },
    );
    expect(await system.installation.query('SELECT count(*) FROM "Tenant"')).toEqual([before]);
    expect((await system.operator.get(`/backups/${backup.id}`)).body.status).toBe('DONE');
  });
});
