import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, sharedSystem, until, urlOf, type System, type TestTenant, type User } from '@helpdeskly/testing';
import fc from 'fast-check';
import { backUp, contentOf } from './backing-up.js';

let system: System;

beforeAll(async () => {
  system = await sharedSystem();
});

const readRestore = async (id: string) => (await system.operator.get(`/restores/${id}`)).body;

async function restored(backupId: string, numbers: readonly number[]): Promise<any> {
  const answer = await system.operator.post(`/backups/${backupId}/tickets/restore`, { numbers });
  expect([answer.status, answer.headers.get('location')]).toEqual([202, `/api/v1/restores/${answer.body.id}`]);
  await until(
    async () => (await readRestore(answer.body.id)).status !== 'RUNNING',
    () => readRestore(answer.body.id),
  );
  return readRestore(answer.body.id);
}

async function made(by: Pick<User, 'post'>, path: string, input: object): Promise<any> {
  const { status, body } = await by.post(path, input);
  expect([path, status, body]).toEqual([path, 201, body]);
  return body;
}

async function upload(by: Pick<User, 'post'>, content: string): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob([content], { type: 'text/plain' }), 'a.txt');
  return (await by.post('/attachments', form)).body.id;
}

/** As no route does: an accident, or somebody with a shell. */
const destroy = ({ databaseName }: TestTenant, numbers: readonly number[]) =>
  connected(urlOf(databaseName), (client) => client.query('DELETE FROM "Ticket" WHERE "number" = ANY ($1)', [numbers]));

const rowsOf = ({ databaseName }: TestTenant) =>
  connected(urlOf(databaseName), async (client) => {
    const tables = ['User', 'Ticket', 'Comment', 'TicketEvent', 'TicketParticipant', 'TicketLink', 'Attachment'];
    const rows: Record<string, string[]> = {};
    for (const table of [...tables, 'TicketSearch', 'TicketCounter']) {
      const { rows: found } = await client.query<{ row: string }>(
        `SELECT (to_jsonb(t) - 'position')::text AS row FROM "${table}" t ORDER BY 1`,
      );
      rows[table] = found.map(({ row }) => row);
    }
    const { rows: usage } = await client.query<{ bytes: string }>('SELECT "bytes" FROM "StorageUsage"');
    return { ...rows, TicketEvent: rows.TicketEvent ?? [], StorageUsage: usage.map(({ bytes }) => bytes) };
  });

/** The ids of comments and events by the numbers of their tickets, in their order. */
const inOrder = ({ databaseName }: TestTenant) =>
  connected(urlOf(databaseName), async (client) => {
    const idsOf = async (table: 'Comment' | 'TicketEvent') => {
      const { rows } = await client.query<{ number: number; ids: string[] }>(
        `SELECT t."number", array_agg(x."id"::text ORDER BY x."seq") AS "ids"
           FROM "${table}" x JOIN "Ticket" t ON t."id" = x."ticketId" GROUP BY 1`,
      );
      return Object.fromEntries(rows.map(({ number, ids }) => [number, ids]));
    };
    return { Comment: await idsOf('Comment'), TicketEvent: await idsOf('TicketEvent') };
  });

/** Whatever leaves, or is to be read, of anything but a ticket's return: the ids. */
const sentBy = ({ databaseName }: TestTenant) =>
  connected(urlOf(databaseName), async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `SELECT "id" FROM "MailDelivery" UNION ALL SELECT "id" FROM "Notification"
       UNION ALL SELECT "id" FROM "WebhookDelivery" WHERE "type" <> 'RESTORED'`,
    );
    return rows.map(({ id }) => id);
  });

/** What a row of a ticket's feed says of its return. */
const isReturn = (row: string) => (JSON.parse(row) as { type: string }).type === 'RESTORED';

describe('tickets of a backup', () => {
  it('come back as they were, row for row, and nobody is told twice', async () => {
    const tenant = await system.createTenant();
    const agent = await tenant.user('AGENT');
    const customer = await tenant.user('CUSTOMER');
    await made(tenant.admin, '/webhooks', { url: 'https://receiver.example/a' });
    const letters = fc.record({
      title: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => /[a-z]/.test(text)),
      body: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }).filter((text) => /[a-z]/.test(text)),
      comments: fc.array(fc.constantFrom('PUBLIC', 'INTERNAL'), { maxLength: 3 }),
      hasFile: fc.boolean(),
      status: fc.constantFrom('OPEN', 'PENDING', 'RESOLVED'),
      tags: fc.array(fc.constantFrom('red', 'green', 'blue'), { maxLength: 2 }),
    });
    const tickets: any[] = [];
    const files: { readonly id: string; readonly body: string; readonly number: number }[] = [];
    for (const each of fc.sample(letters, { numRuns: 6, seed: 20_261_129 })) {
      const { title, body, comments, hasFile, status, tags } = each;
      const input = { title, description: body, tags, authorId: customer.id, assignedToId: agent.id };
      const ticket = await made(tenant.admin, '/tickets', input);
      for (const visibility of comments) {
        const attachmentIds = hasFile ? [await upload(agent, body)] : [];
        files.push(...attachmentIds.map((id) => ({ id, body, number: ticket.number })));
        await made(agent, `/tickets/${ticket.id}/comments`, { body, visibility, attachmentIds });
      }
      if (status !== 'OPEN') expect((await agent.patch(`/tickets/${ticket.id}`, { status })).status).toBe(200);
      const last = tickets.at(-1);
      if (last !== undefined) await made(agent, `/tickets/${ticket.id}/links`, { type: 'BLOCKS', ticketId: last.id });
      tickets.push(ticket);
    }
    await until(async () => (await tenant.admin.get('/events?limit=100')).body.meta.nextCursor !== null);
    const backup = await backUp(system, tenant);
    const before = await rowsOf(tenant);
    const lost = [2, 3, 5];
    const { body: feed } = await tenant.admin.get('/events?limit=100');
    await destroy(tenant, lost);
    const lostFiles = files.filter(({ number }) => lost.includes(number));
    expect(lostFiles).not.toEqual([]);
    for (const { id } of lostFiles) await rm(join(system.installation.attachmentsFolder, tenant.id, id));
    const sent = await sentBy(tenant);
    const result = await restored(backup.id, lost);
    expect(result).toMatchObject({ status: 'DONE', error: null, result: null });
    expect(result.tickets).toEqual(lost.map((number) => ({ number, outcome: 'RESTORED' })));
    const after = await rowsOf(tenant);
    const events = after.TicketEvent;
    expect(events.filter(isReturn)).toHaveLength(lost.length);
    expect({ ...after, TicketEvent: events.filter((row) => !isReturn(row)) }).toEqual(before);
    expect((await sentBy(tenant)).filter((id) => !sent.includes(id))).toEqual([]);
    for (const { id, body } of files) expect(await contentOf(system, tenant.admin, tenant.slug, id)).toBe(body);
    const { body: news } = await tenant.admin.get(`/events?after=${feed.meta.nextCursor}`);
    expect(news.data.map(({ type }: { type: string }) => type)).toEqual(lost.map(() => 'RESTORED'));
    expect((await made(tenant.admin, '/tickets', { title: 'Next', description: 'x' })).number).toBe(7);
    const { body: own } = await tenant.admin.get('/audit-events?type=TICKETS_RESTORED_BY_OPERATOR');
    expect(own.data.map((each: any) => each.details)).toEqual([
      { restoreId: result.id, backupId: backup.id, tickets: result.tickets },
    ]);
  });

  it('stay as they are where they exist; a deleted one is shown again, with what it got since', async () => {
    const tenant = await system.createTenant();
    const [kept, deleted] = [
      await made(tenant.admin, '/tickets', { title: 'Kept', description: 'x' }),
      await made(tenant.admin, '/tickets', { title: 'Deleted', description: 'x' }),
    ];
    const backup = await backUp(system, tenant);
    await tenant.admin.patch(`/tickets/${kept.id}`, { title: 'Changed' });
    await made(tenant.admin, `/tickets/${deleted.id}/comments`, { body: 'Later.' });
    await tenant.admin.delete(`/tickets/${deleted.id}`);
    await made(tenant.admin, '/tickets', { title: 'Later', description: 'x' });
    const { tickets } = await restored(backup.id, [3, 2, 1]);
    expect(tickets).toEqual([
      { number: 3, outcome: 'NOT_IN_BACKUP' },
      { number: 2, outcome: 'UNDELETED' },
      { number: 1, outcome: 'EXISTS' },
    ]);
    expect((await tenant.admin.get(`/tickets/${kept.id}`)).body.title).toBe('Changed');
    expect((await tenant.admin.get(`/tickets/${deleted.id}`)).body).toMatchObject({ commentCount: 1, number: 2 });
  });

  it('lose no row where others have their numbers, or are about to get them', async () => {
    const tenant = await system.createTenant();
    const kept = await made(tenant.admin, '/tickets', { title: 'Kept', description: 'x' });
    for (const title of ['First', 'Second']) {
      const { id } = await made(tenant.admin, '/tickets', { title, description: 'x' });
      for (const body of ['One', 'Two', 'Three']) await made(tenant.admin, `/tickets/${id}/comments`, { body });
      expect((await tenant.admin.patch(`/tickets/${id}`, { status: 'PENDING' })).status).toBe(200);
    }
    const backup = await backUp(system, tenant);
    const before = await inOrder(tenant);
    await destroy(tenant, [2, 3]);
    await connected(urlOf(tenant.databaseName), async (client) => {
      for (const table of ['Comment', 'TicketEvent'])
        await client.query(`SELECT setval(pg_get_serial_sequence('public."${table}"', 'seq'),
                                          (SELECT coalesce(max("seq"), 0) + 1 FROM "${table}"))`);
    });
    await made(tenant.admin, `/tickets/${kept.id}/comments`, { body: 'With the number of a lost one.' });
    const { status, tickets } = await restored(backup.id, [2, 3]);
    expect([status, tickets.map((each: any) => each.outcome)]).toEqual(['DONE', ['RESTORED', 'RESTORED']]);
    const after = await inOrder(tenant);
    for (const number of [2, 3]) {
      expect(after.Comment[number]).toEqual(before.Comment[number]);
      expect(after.TicketEvent[number]?.slice(0, -1)).toEqual(before.TicketEvent[number]);
      expect((await tenant.admin.get(`/tickets/${number}`)).body.commentCount).toBe(3);
    }
    await made(tenant.admin, `/tickets/${kept.id}/comments`, { body: 'Next.' });
  });

  it('bring nobody back who was anonymized since, and people who are gone without access', async () => {
    const tenant = await system.createTenant();
    const gone = await tenant.user('CUSTOMER', 'Zilla Zwirbelkopf');
    const lost = await tenant.user('CUSTOMER', 'Lost One');
    const input = { title: 'Zilla Zwirbelkopf called', description: `Write to ${gone.email}.`, authorId: gone.id };
    await made(tenant.admin, '/tickets', input);
    await made(tenant.admin, '/tickets', { title: 'Of one who is lost', description: 'x', authorId: lost.id });
    const backup = await backUp(system, tenant);
    expect((await tenant.admin.post(`/users/${gone.id}/anonymize`)).status).toBe(200);
    await destroy(tenant, [1, 2]);
    await connected(urlOf(tenant.databaseName), (client) =>
      client.query('DELETE FROM "User" WHERE "id" = $1', [lost.id]),
    );
    const { status, tickets } = await restored(backup.id, [1, 2]);
    expect([status, tickets.map((each: any) => each.outcome)]).toEqual(['DONE', ['RESTORED', 'RESTORED']]);
    const rows = JSON.stringify(await rowsOf(tenant)).toLowerCase();
    expect([rows.includes('zwirbelkopf'), rows.includes(gone.email.toLowerCase())]).toEqual([false, false]);
    const { body: ticket } = await tenant.admin.get('/tickets/1');
    expect([ticket.title, ticket.authorId]).toEqual(['[removed] called', gone.id]);
    expect((await tenant.admin.get(`/users/${lost.id}`)).body).toMatchObject({ name: 'Lost One', status: 'DISABLED' });
  });

  it('are refused while the tenant lacks migrations', async () => {
    const tenant = await system.createTenant();
    await made(tenant.admin, '/tickets', { title: 'Here', description: 'x' });
    const backup = await backUp(system, tenant);
    await connected(urlOf(system.installation.database), async (control) => {
      const { rows } = await control.query<{ id: string | null; version: string }>(
        'SELECT "schemaSetId" AS "id", "schemaVersion" AS "version" FROM "Tenant" WHERE "id" = $1',
        [tenant.id],
      );
      const set = (values: readonly unknown[]) =>
        control.query('UPDATE "Tenant" SET "schemaSetId" = $2, "schemaVersion" = $3 WHERE "id" = $1', [
          tenant.id,
          ...values,
        ]);
      await set([null, '20260101000000']);
      const { status, body } = await system.operator.post(`/backups/${backup.id}/tickets/restore`, { numbers: [1] });
      expect([status, body.code, body.detail]).toEqual([
        409,
        'invalid_transition',
        `The database of ${tenant.slug} does not have the newest schema: migrate it first.`,
      ]);
      await set([rows[0]?.id, rows[0]?.version]);
    });
    expect((await restored(backup.id, [1])).tickets).toEqual([{ number: 1, outcome: 'EXISTS' }]);
  });

  it('are refused for bad input, to VIEWERs, and of a tenant that is gone', async () => {
    const tenant = await system.createTenant();
    const backup = await backUp(system, tenant);
    const path = `/backups/${backup.id}/tickets/restore`;
    const { body: key } = await system.operator.post('/api-keys', { name: 'viewer', role: 'VIEWER' });
    const viewer = system.control.as({ authorization: `Bearer ${key.key}` });
    const answers = [
      await system.operator.post(path, {}),
      await system.operator.post(path, { numbers: [] }),
      await system.operator.post(path, { numbers: [0] }),
      await system.operator.post(path, { numbers: ['1'] }),
      await system.operator.post(path, { numbers: Array.from({ length: 101 }, (_, n) => n + 1) }),
      await viewer.post(path, { numbers: [1] }),
      await system.operator.post(`/backups/${tenant.id}/tickets/restore`, { numbers: [1] }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      ...Array.from({ length: 5 }, () => [400, 'validation_failed']),
      [403, 'forbidden'],
      [404, 'not_found'],
    ]);
    await system.operator.delete(`/tenants/${tenant.id}?purge=now`);
    await until(async () => (await system.operator.get(`/tenants/${tenant.id}`)).status === 404);
    expect((await system.operator.post(path, { numbers: [1] })).status).toBe(404);
  });
});

afterAll(() => system?.close());
