import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startSystem, until, type System } from '@helpdeskly/testing';
import { download, exported, unpacked, zipOf, type Unpacked } from './archives.js';
import { formOf, stored, upload } from './files.js';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { checked, lines, refusals, run, send, zendesk, zendeskZip } from './importing.js';
import { inDatabase, refusal } from './people.js';

let system: System;

beforeAll(async () => {
  system = await startSystem({ appQueues: true, app: { TRANSFER_SURVEY: '1s', WEBHOOK_ALLOW_PRIVATE: 'true' } });
});
afterAll(() => system?.close());

async function archiveOf({ tenant, admin }: Helpdesk): Promise<{ zip: Buffer; archive: Unpacked }> {
  const { result } = await exported(admin);
  const answer = await download(system, tenant, result.url, { ...admin.headers });
  const zip = Buffer.from(await answer.arrayBuffer());
  return { zip, archive: await unpacked(zip) };
}

/** What an import carries over of an export. The accounts of the two first admins are not compared. */
function carried({ rows }: Unpacked, ...admins: string[]): object {
  const without = (row: any, ...fields: string[]) =>
    Object.fromEntries(Object.entries(row).filter(([field]) => !fields.includes(field)));
  return {
    organizations: rows('organizations'),
    groups: rows('groups'),
    users: rows('users')
      .filter(({ id }) => !admins.includes(id))
      .map((user) => without(user, 'status')),
    tickets: rows('tickets'),
    comments: rows('comments'),
    events: rows('events').filter(({ type }) => type !== 'IMPORTED'),
    links: rows('links'),
    files: rows('files').map((file) => without(file, 'id')),
  };
}

const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((text) => /[a-z]/i.test(text.normalize('NFC')));

describe('an export that is imported into an empty helpdesk', () => {
  it('is there as it was, whatever was written', async () => {
    const from = await openHelpdesk(system);
    const { admin, agent, customer, stranger } = from;
    await admin.post('/organizations', { name: 'Acme & Söhne', shared: true });
    const group = (await admin.post('/groups', { name: 'First line', memberIds: [agent.id] })).body;
    const texts = fc.sample(word, { numRuns: 24, seed: 7 });
    for (const [index, text] of texts.entries()) {
      const author = index % 2 === 0 ? customer : stranger;
      const ticket = await openTicket(author, { title: text.slice(0, 50), description: text });
      const attachmentIds = index % 5 === 0 ? [(await upload(agent, `bytes of ${text}`, 'a.txt')).id] : [];
      await reply(agent, ticket.id, {
        body: `${text} ${index}`,
        visibility: index % 3 === 0 ? 'INTERNAL' : 'PUBLIC',
        attachmentIds,
      });
      if (index % 4 === 0)
        await agent.patch(`/tickets/${ticket.id}`, { status: 'RESOLVED', priority: 'HIGH', tags: ['a', 'b-c'] });
      if (index % 6 === 0) await agent.patch(`/tickets/${ticket.id}`, { groupId: group.id });
    }
    const [first, second, third, fourth] = (await admin.get('/tickets?sort=number')).body.data;
    await admin.post(`/tickets/${second.id}/merge`, { intoId: first.id, force: true });
    await admin.post(`/tickets/${third.id}/links`, { type: 'BLOCKS', ticketId: fourth.id });
    await admin.post(`/tickets/${third.id}/redact`, { fields: ['title', 'description'] });
    await admin.post(`/tickets/${fourth.id}/spam`);
    await admin.patch(`/users/${customer.id}`, { email: 'now@customer.example', name: 'Now' });
    await admin.post(`/users/${stranger.id}/anonymize`, {});
    const { zip, archive } = await archiveOf(from);
    const to = await system.createTenant();
    const looked = await checked(to.admin, zip);
    expect(looked).toMatchObject({
      status: 'CHECKED',
      source: 'HELPDESKLY',
      error: null,
      result: { accepted: { tickets: 24, links: 1 }, refused: 0 },
    });
    const [before] = await inDatabase(
      to,
      `SELECT (SELECT count(*) FROM "Ticket")::int + (SELECT count(*) FROM "Organization")::int AS n`,
    );
    expect(before.n).toBe(0);
    const done = await run(to.admin, looked.id);
    expect(done).toMatchObject({ status: 'DONE', result: looked.result });
    expect(done.progress.done).toBe(done.progress.total);
    expect(await refusals(to.admin, done.id)).toEqual([]);
    const desk = { ...from, tenant: to, admin: to.admin };
    const again = (await archiveOf(desk)).archive;
    expect(carried(again, to.admin.id)).toEqual(carried(archive));
    const files = (unpackedFrom: Unpacked) =>
      [...unpackedFrom.entries]
        .filter(([name]) => name.startsWith('files/'))
        .map(([, bytes]) => bytes.toString())
        .sort();
    expect(files(again)).toEqual(files(archive));
    expect((await openTicket(to.admin)).number).toBe(25);
    expect((await to.admin.get('/users?email=now@customer.example')).body.data).toHaveLength(1);
    await until(async () => !(await stored(system, to)).includes(done.id));

    const anew = await checked(to.admin, zip);
    expect(anew.result.accepted).not.toHaveProperty('tickets');
    expect((await refusals(to.admin, anew.id)).filter(({ code }) => code === 'number_taken')).toHaveLength(24);
  });
});

/** What Zendesk's JSON exports have of two tickets. */
describe("Zendesk's export", () => {
  it('keeps numbers, times and people; says what it leaves out; and tells nobody', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    await admin.post('/webhooks', { url: 'http://127.0.0.1:9/', events: ['CREATED', 'COMMENTED', 'UPDATED'] });
    const tables = `SELECT (SELECT count(*) FROM "MailDelivery")::int AS mails, (SELECT count(*) FROM "Notification")::int AS notices,
                           (SELECT count(*) FROM "WebhookDelivery")::int AS hooks`;
    const [before] = await inDatabase(tenant, tables);
    const looked = await checked(admin, await zendeskZip());
    expect(looked).toMatchObject({
      source: 'ZENDESK',
      result: { accepted: { organizations: 1, users: 2, tickets: 1, comments: 2 }, refused: 3 },
    });
    expect((await refusals(admin, looked.id)).map(({ file, line, code }) => [file, line, code])).toEqual([
      ['tickets.json', 1, 'file_missing'],
      ['tickets.json', 2, 'invalid_reference'],
      ['users.json', 3, 'required'],
    ]);
    expect((await admin.get('/tickets/4711')).status).toBe(404);
    expect(await run(admin, looked.id)).toMatchObject({ status: 'DONE', result: looked.result });

    const { body: ticket } = await admin.get('/tickets/4711');
    expect(ticket).toMatchObject({
      title: 'Old “printer”',
      status: 'RESOLVED',
      priority: 'URGENT',
      tags: ['smoke_alarm'],
      commentCount: 2,
      createdAt: '2020-02-01T08:00:00.000Z',
      resolvedAt: '2020-02-03T08:00:00.000Z',
      author: { name: 'Zoe' },
      assignedTo: { name: 'Ada' },
    });
    const { body: comments } = await admin.get('/tickets/4711/comments');
    expect(comments.data.map(({ body, visibility, createdAt }: any) => [body, visibility, createdAt])).toEqual([
      ['Unplug it.', 'PUBLIC', '2020-02-01T09:00:00.000Z'],
      ['Tell nobody.', 'INTERNAL', '2020-02-02T09:00:00.000Z'],
    ]);
    const { body: events } = await admin.get('/tickets/4711/events');
    expect(events.data.map(({ type, actorId }: any) => [type, actorId])).toEqual([['IMPORTED', admin.id]]);
    expect((await admin.get('/tickets?q=smokes')).body.data.map(({ number }: any) => number)).toEqual([4711]);
    expect((await openTicket(admin)).number).toBe(4712);
    await until(async () => (await inDatabase(tenant, tables))[0].hooks > before.hooks); // Of the ticket that was opened now.
    const after = await inDatabase(
      tenant,
      `SELECT count(*)::int AS n FROM "WebhookDelivery" d JOIN "Ticket" t ON t."id" = d."ticketId" WHERE t."number" = 4711`,
    );
    expect(after).toEqual([{ n: 0 }]);
    expect((await inDatabase(tenant, tables))[0]).toMatchObject({ mails: before.mails, notices: before.notices });
    expect((await admin.get('/audit-events?type=DATA_IMPORTED')).body.data[0].details).toEqual({
      importId: looked.id,
      ...{ agents: 1, admins: 0 },
    });
  });

  it('is refused line by line where it is no JSON', async () => {
    const { admin } = await openHelpdesk(system);
    const zip = await zipOf({ 'users.json': `${lines(zendesk.users.slice(1, 2))}{"id": 5,\n[]\n` });
    const looked = await checked(admin, zip);
    expect((await refusals(admin, looked.id)).map(({ line, code }) => [line, code])).toEqual([
      [2, 'malformed_json'],
      [3, 'malformed_json'],
    ]);
  });
});

describe('a row that cannot be imported', () => {
  const person = { ...zendesk.users[0], organization_id: null };
  const ticket = { ...zendesk.tickets[0], organization_id: null, assignee_id: null, comments: [] as object[] };
  const said = (id: number, more: object = {}) => ({
    ...{
      id,
      ticket_id: 4711,
      author_id: 21,
      body: `Said ${id}`,
      public: true,
      created_at: '2020-02-02T09:00:00Z',
      ...more,
    },
  });
  const told = async (files: Readonly<Record<string, string>>) => {
    const { admin } = await openHelpdesk(system);
    const looked = await checked(admin, await zipOf({ 'users.json': lines([person]), ...files }));
    const before = await refusals(admin, looked.id);
    const done = await run(admin, looked.id);
    expect([await refusals(admin, looked.id), done.result]).toEqual([before, looked.result]); // The dry run has listed all of it.
    return { admin, accepted: done.result.accepted, codes: before.map(({ file, line, code }) => [file, line, code]) };
  };

  it('is told by the dry run, and the rest is imported', async () => {
    const future = new Date(Date.now() + 3_600_000).toISOString();
    const { accepted, codes, admin } = await told({
      'tickets.json': lines([
        { ...ticket, organization_id: 99, assignee_id: 21, follower_ids: [21] },
        { ...ticket, id: 4712, created_at: future },
        ticket,
        { ...ticket, id: 4713, created_at: '1969-12-31T23:59:59Z' },
      ]),
      'comments.json': lines([
        said(1, { body: 'It smokes.', created_at: '2020-02-01T08:00:00Z' }),
        said(2),
        said(2),
        said(3, { author_id: 5 }),
        said(4, { ticket_id: 4712 }),
        said(5, { body: 'x'.repeat(65_537) }),
        said(6, { body: '\u0000' }),
      ]),
    });
    expect(codes).toEqual([
      ['comments.json', 3, 'duplicate'],
      ['comments.json', 4, 'invalid_reference'],
      ['comments.json', 5, 'invalid_reference'],
      ['comments.json', 6, 'too_long'],
      ['comments.json', 7, 'invalid_value'],
      ['tickets.json', 1, 'invalid_reference'], // A customer follows,
      ['tickets.json', 1, 'invalid_reference'], // has the ticket,
      ['tickets.json', 1, 'invalid_reference'], // and there is no such organization.
      ['tickets.json', 2, 'invalid_value'],
      ['tickets.json', 3, 'duplicate'],
      ['tickets.json', 4, 'invalid_value'],
    ]);
    expect(accepted).toEqual({ users: 1, tickets: 1, comments: 1 });
    const { body } = await admin.get('/tickets/4711/comments');
    expect(body.data.map((each: any) => each.body)).toEqual(['Said 2']);
    expect((await admin.get('/tickets/4711')).body).toMatchObject({ assignedTo: null, organizationId: null });
  });

  it('is one comment of a ticket, and not the ticket', async () => {
    const { accepted, codes } = await told({
      'tickets.json': lines([{ ...ticket, comments: [said(1), said(2, { body: ' ' }), said(1)] }]),
    });
    expect(codes).toEqual([
      ['tickets.json', 1, 'required'],
      ['tickets.json', 1, 'duplicate'],
    ]);
    expect(accepted).toMatchObject({ tickets: 1, comments: 1 });
  });

  it('is not a ticket of many comments, unless it has more than Zendesk lets it have', async () => {
    const many = Array.from({ length: 5001 }, (_, index) => said(index + 1));
    const { accepted, codes } = await told({
      'tickets.json': lines([
        { ...ticket, comments: many.slice(0, 1100) }, // More than a batch has of other tickets.
        { ...ticket, id: 4712, comments: many },
      ]),
    });
    expect(codes).toEqual([['tickets.json', 2, 'too_many']]);
    expect(accepted).toEqual({ users: 1, tickets: 1, comments: 1100 });
  });

  it('is named at most twenty times', async () => {
    const strangers = Array.from({ length: 30 }, (_, index) => 100 + index);
    const { accepted, codes } = await told({ 'tickets.json': lines([{ ...ticket, follower_ids: strangers }]) });
    expect(codes).toEqual(Array.from({ length: 20 }, () => ['tickets.json', 1, 'invalid_reference']));
    expect(accepted).toMatchObject({ tickets: 1 });
  });

  it('is a file that is not there, is too large, belongs to nothing or is damaged', async () => {
    const from = await openHelpdesk(system);
    const { id } = await openTicket(from.customer);
    for (const text of ['one', 'two', 'three', 'four', 'five'])
      await reply(from.agent, id, { body: text, attachmentIds: [(await upload(from.agent, text)).id] });
    const { archive } = await archiveOf(from);
    const [one, two, three, four, five] = archive.rows('files');
    const entries = Object.fromEntries([...archive.entries].map(([name, bytes]) => [name, bytes.toString()]));
    entries[`files/${two.id}`] = 'x'.repeat(25 * 1024 ** 2 + 1);
    entries[`files/${four.id}`] = 'FOUR';
    const name = `files/${five.id}`;
    delete entries[`files/${one.id}`];
    entries['files.jsonl'] = lines([one, two, { ...three, commentId: id }, four, five]);
    const { admin } = await openHelpdesk(system);
    const zip = await zipOf(entries);
    const bytesOfFive = zip.indexOf(name) + name.length;
    zip.fill(0xff, bytesOfFive, bytesOfFive + 4);
    const looked = await checked(admin, zip);
    const codes = async () => (await refusals(admin, looked.id)).map(({ file, line, code }) => [file, line, code]);
    expect(await codes()).toEqual([
      ['files.jsonl', 1, 'file_missing'],
      ['files.jsonl', 2, 'payload_too_large'],
      ['files.jsonl', 3, 'invalid_reference'],
    ]);
    await run(admin, looked.id);
    expect((await codes()).slice(3)).toEqual([
      ['files.jsonl', 4, 'file_damaged'],
      ['files.jsonl', 5, 'file_damaged'],
    ]);
  });

  it('costs a bounded memory, however long its line is', async () => {
    const { codes } = await told({ 'tickets.json': `${'x'.repeat(9 * 1024 ** 2)}\n` });
    expect(codes).toEqual([['tickets.json', 1, 'malformed_json']]);
  });
});

describe('an archive that cannot be imported', () => {
  const invalid: readonly (readonly [string, () => Promise<Buffer>])[] = [
    ['is no zip file', async () => Buffer.from('PK, but no archive')],
    ['is cut off', async () => (await zendeskZip()).subarray(0, -30)],
    ['is empty', async () => Buffer.alloc(0)],
    ['leads outside', async () => patched(await zipOf({ 'xx/users.json': '{}' }), 'xx/users.json', '../users.json')],
    ['has nothing that we know', () => zipOf({ 'readme.txt': 'x' })],
    ['has a manifest of others', () => zipOf({ 'manifest.json': '{"format":"x"}' })],
    ['has a manifest that is no JSON', () => zipOf({ 'manifest.json': '{' })],
    [
      'has one name twice',
      async () => patched(await zipOf({ 'users.json': '{}', 'userz.json': '{}' }), 'userz', 'users'),
    ],
    ['has a name too long', () => zipOf({ [`${'u'.repeat(245)}-users.json`]: '{}' })],
    ['has a name with a NUL', () => zipOf({ 'a\0-users.json': '{}' })],
    ['is huge when it is unpacked', inflated],
    ['has too many files', crowded],
  ];

  it.each(invalid)('is refused at once when it %s, and nothing is left of it', async (_what, make) => {
    const { tenant, admin } = await openHelpdesk(system);
    expect(refusal(await send(admin, await make()))).toEqual([422, 'archive_invalid']);
    expect((await admin.get('/imports')).body.data).toEqual([]);
    expect([await stored(system, tenant), await inDatabase(tenant, 'SELECT FROM "DataImport"')]).toEqual([[], []]);
  });

  it('ends FAILED when it turns out to be broken within', async () => {
    const { admin } = await openHelpdesk(system);
    const zip = await zendeskZip();
    zip.fill(0xff, 60, 90);
    const looked = await checked(admin, zip);
    expect([looked.status, looked.error.code]).toEqual(['FAILED', 'archive_invalid']);
  });

  it('ends FAILED when it is mostly blank', async () => {
    const { admin } = await openHelpdesk(system);
    const blank = '\n'.repeat(16 * 1024 ** 2 + 1);
    const looked = await checked(admin, await zipOf({ 'users.json': `${blank}${lines(zendesk.users)}` }));
    expect([looked.status, looked.error.code]).toEqual(['FAILED', 'archive_invalid']);
  });
});

describe('imports', () => {
  it('write fewer rows at once when many together take too long', async () => {
    const { tenant, admin } = await openHelpdesk(system);
    // PostgreSQL's own words for a statement that takes too long; here, one that writes more than 20 tickets.
    await inDatabase(
      tenant,
      `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF (SELECT count(*) FROM written) > 20 THEN
           RAISE EXCEPTION 'canceling statement due to statement timeout' USING ERRCODE = 'query_canceled';
         END IF;
         RETURN NULL;
       END $$`,
    );
    await inDatabase(
      tenant,
      `CREATE TRIGGER slow AFTER INSERT ON "Ticket" REFERENCING NEW TABLE AS written
         FOR EACH STATEMENT EXECUTE FUNCTION slow()`,
    );
    const tickets = Array.from({ length: 70 }, (_, index) => ({
      ...{ ...zendesk.tickets[0], id: index + 1, organization_id: null, assignee_id: null, comments: [] },
    }));
    const zip = await zipOf({ 'users.json': lines([zendesk.users[0] ?? {}]), 'tickets.json': lines(tickets) });
    const looked = await checked(admin, zip);
    const ended = await run(admin, looked.id);
    expect([ended.status, ended.result]).toEqual(['DONE', looked.result]);
    expect(ended.result.accepted.tickets).toBe(70);
  });

  it('are for admins', async () => {
    const { agent, customer, admin } = await openHelpdesk(system);
    const { id } = await checked(admin, await zendeskZip());
    for (const caller of [agent, customer]) {
      expect(refusal(await send(caller, await zendeskZip()))).toEqual([403, 'forbidden']);
      for (const path of ['/imports', `/imports/${id}`, `/imports/${id}/refusals`])
        expect(refusal(await caller.get(path))).toEqual([403, 'forbidden']);
      expect(refusal(await caller.post(`/imports/${id}/run`))).toEqual([403, 'forbidden']);
    }
    await run(admin, id);
    expect(refusal(await admin.post(`/imports/${id}/run`))).toEqual([409, 'invalid_transition']);
  });

  it('take an archive once with the same Idempotency-Key', async () => {
    const { admin } = await openHelpdesk(system);
    const zip = await zendeskZip();
    const headers = { 'idempotency-key': 'once' };
    const ids = [];
    for (let time = 0; time < 2; time++)
      ids.push((await admin.post('/imports', formOf(zip, 'a.zip'), { headers })).body.id);
    expect(ids[0]).toBe(ids[1]);
    expect((await admin.get('/imports')).body.data).toHaveLength(1);
  });
});

/** The zip with another name of the same length in all its headers. */
function patched(zip: Buffer, from: string, to: string): Buffer {
  const copy = Buffer.from(zip);
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1)) copy.write(to, at, 'latin1');
  return copy;
}

/** A zip whose directory says that each of its thirteen files has nearly 4 GiB. */
async function inflated(): Promise<Buffer> {
  const zip = await zipOf(Object.fromEntries(Array.from({ length: 13 }, (_, index) => [`users${index}.json`, '{}'])));
  const header = Buffer.from([0x50, 0x4b, 1, 2]);
  for (let at = zip.indexOf(header); at >= 0; at = zip.indexOf(header, at + 1)) zip.writeUInt32LE(0xfffffffe, at + 24);
  return zip;
}

/** A zip whose end says that it has 200,001 files. */
async function crowded(): Promise<Buffer> {
  const zip = await zipOf({ 'users.json': '{}' }, { forceZip64Format: true, comment: '' });
  const end = zip.indexOf(Buffer.from([0x50, 0x4b, 6, 6]));
  for (const field of [24, 32]) zip.writeBigUInt64LE(200_001n, end + field);
  return zip;
}
