import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sharedSystem, type Caller, type System } from '@helpdeskly/testing';
import { AttachmentSweep } from '../src/attachments/attachment-sweep.js';
import { upload } from './files.js';
import { openHelpdesk, openTicket, openTicketAs, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';

let system: System;
let desk: Helpdesk;
/** The customer's. */
let ticket: any;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});
beforeEach(async () => {
  ticket = await openTicket(desk.customer);
});
afterAll(() => system?.close());

const at = (id: string = ticket.id) => `/tickets/${id}/draft`;
const read = (caller: Caller, id?: string) => caller.get(at(id));
const write = (caller: Caller, fields: object, id?: string) =>
  caller.send('PUT', at(id), { body: 'Dear Carl,', ...fields });
const under = (version: number) => ({ headers: { 'if-match': `"${version}"` } });
const sweep = (days: number) =>
  system.appApp.get(AttachmentSweep, { strict: false }).run(new Date(Date.now() + days * 86_400_000));
const bodyOf = async (caller: Caller, id?: string) => (await read(caller, id)).body.body;

describe('a draft', () => {
  it('is kept for its author, with a version that moves when it changes', async () => {
    const { id: fileId } = await upload(desk.agent, 'x', 'toner.txt');
    const { body: macro } = await desk.agent.post('/macros', { name: 'Toner', reply: { body: 'x' } });
    const first = await write(desk.agent, {});
    expect([first.status, first.headers.get('etag'), first.body]).toEqual([
      200,
      '"1"',
      {
        body: 'Dear Carl,',
        visibility: 'PUBLIC',
        attachmentIds: [],
        macroId: null,
        version: 1,
        updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    ]);
    const whole = { body: 'Dear Carl, now', visibility: 'INTERNAL', attachmentIds: [fileId], macroId: macro.id };
    expect((await write(desk.agent, whole)).body).toMatchObject({ ...whole, version: 2 });
    expect((await write(desk.agent, whole)).body).toMatchObject({ ...whole, version: 2 });
    const { status, headers, body } = await read(desk.agent, String(ticket.number));
    expect([status, headers.get('etag'), body]).toEqual([200, '"2"', expect.objectContaining(whole)]);
    expect((await write(desk.agent, { body: '' })).body).toMatchObject({
      body: '',
      visibility: 'PUBLIC',
      macroId: null,
    });
  });

  it('is 404 until it is written, and when it was deleted', async () => {
    expect(refusal(await read(desk.agent))).toEqual([404, 'not_found']);
    expect(refusal(await desk.agent.delete(at()))).toEqual([404, 'not_found']);
    await write(desk.agent, {});
    expect((await desk.agent.delete(at())).status).toBe(204);
    expect(refusal(await read(desk.agent))).toEqual([404, 'not_found']);
  });

  it('is one for each user and ticket, and nobody sees that of another, by no route', async () => {
    const other = await openTicket(desk.customer);
    await write(desk.agent, { body: 'of the agent' });
    await write(desk.admin, { body: 'of the admin' });
    await write(desk.customer, { body: 'of the customer' });
    await write(desk.agent, { body: 'elsewhere' }, other.id);
    expect(await Promise.all([desk.agent, desk.admin, desk.customer].map((caller) => bodyOf(caller)))).toEqual([
      'of the agent',
      'of the admin',
      'of the customer',
    ]);
    expect(await bodyOf(desk.agent, other.id)).toBe('elsewhere');
    for (const path of ['', '/comments', '/events'])
      expect(JSON.stringify((await desk.admin.get(`/tickets/${ticket.id}${path}`)).body)).not.toContain('of the agent');
    expect((await desk.admin.get('/tickets?q="of the agent"')).body.data).toEqual([]);
    expect((await desk.admin.get(`/tickets/${ticket.id}`)).body.version).toBe(ticket.version);
  });

  it('is changed and deleted under the version that If-Match names', async () => {
    expect([...refusal(await desk.agent.send('PUT', at(), { body: 'x' }, under(1)))]).toEqual([
      412,
      'version_conflict',
    ]);
    await write(desk.agent, {});
    expect((await desk.agent.send('PUT', at(), { body: 'two' }, under(1))).body.version).toBe(2);
    for (const stale of [
      await desk.agent.send('PUT', at(), { body: 'lost' }, under(1)),
      await desk.agent.delete(at(), under(1)),
    ])
      expect([...refusal(stale), stale.body.currentVersion]).toEqual([412, 'version_conflict', 2]);
    expect(await bodyOf(desk.agent)).toBe('two');
    expect((await desk.agent.delete(at(), under(2))).status).toBe(204);
  });

  it('is written once by many tabs at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => write(desk.agent, { body: `tab ${n}` })));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(answers.map(({ body }) => body.version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it.each([
    ['no body', { body: undefined }],
    ['a long body', { body: 'x'.repeat(65_537) }],
    ['an unknown visibility', { visibility: 'SECRET' }],
    ['eleven files', { attachmentIds: Array.from({ length: 11 }, () => '01a1fac5-30c5-7dac-ac30-a758dbba7229') }],
    ['a macro that is no id', { macroId: 'x' }],
    ['unknown fields', { status: 'OPEN' }],
  ])('refuses %s', async (_what, fields) => {
    expect(refusal(await write(desk.agent, fields))).toEqual([400, 'validation_failed']);
  });

  it('refuses files and macros that its author does not have', async () => {
    const { id: fileId } = await upload(desk.admin, 'x', 'x.txt');
    const { body: macro } = await desk.admin.post('/macros', { name: 'Mine', reply: { body: 'x' } });
    for (const fields of [{ attachmentIds: [fileId] }, { macroId: macro.id }])
      expect(refusal(await write(desk.agent, fields))).toEqual([422, 'invalid_reference']);
    expect(refusal(await read(desk.agent))).toEqual([404, 'not_found']);
  });

  it('passes over a file that is gone or was sent, and a macro that was deleted', async () => {
    const [gone, sent, left] = [
      await upload(desk.agent, 'a'),
      await upload(desk.agent, 'b'),
      await upload(desk.agent, 'c'),
    ];
    const { body: macro } = await desk.agent.post('/macros', { name: 'Short', reply: { body: 'x' } });
    await write(desk.agent, { attachmentIds: [left.id, gone.id, sent.id], macroId: macro.id });
    await desk.agent.delete(`/attachments/${gone.id}`);
    await reply(desk.agent, (await openTicket(desk.customer)).id, { body: 'x', attachmentIds: [sent.id] });
    await desk.agent.delete(`/macros/${macro.id}`);
    expect((await read(desk.agent)).body).toMatchObject({ attachmentIds: [left.id], macroId: null, version: 1 });
  });
});

describe('what becomes of a draft', () => {
  it('is deleted by its author who sends a comment, not by one that is refused, nor by others', async () => {
    await write(desk.agent, {});
    await reply(desk.admin, ticket.id, { body: 'From somebody else.' });
    const refused = await desk.agent.post(`/tickets/${ticket.id}/comments`, { body: 'x', status: 'CLOSED' });
    expect(refusal(refused)).toEqual([409, 'invalid_transition']);
    expect(await bodyOf(desk.agent)).toBe('Dear Carl,');
    const sent = await desk.agent.post(`/tickets/${ticket.number}/comments`, { body: 'Dear Carl, done.' });
    expect(sent.status).toBe(201);
    expect(refusal(await read(desk.agent))).toEqual([404, 'not_found']);
  });

  it('stays on a ticket that is closed, and can still be written', async () => {
    const closed = await openTicketAs(desk.agent, 'RESOLVED');
    await write(desk.agent, { body: 'begun' }, closed.id);
    await desk.agent.patch(`/tickets/${closed.id}`, { status: 'CLOSED' });
    expect((await write(desk.agent, { body: 'begun and not lost' }, closed.id)).status).toBe(200);
    expect(await bodyOf(desk.agent, closed.id)).toBe('begun and not lost');
  });

  it('stays with a ticket that was merged, until its author comments there', async () => {
    const target = await openTicket(desk.customer);
    await write(desk.agent, {});
    await desk.agent.post(`/tickets/${ticket.id}/merge`, { intoId: target.id });
    expect(await bodyOf(desk.agent)).toBe('Dear Carl,');
    const { status, body } = await desk.agent.post(`/tickets/${ticket.id}/comments`, { body: 'Goes on there.' });
    expect([status, body.ticketId]).toEqual([201, target.id]);
    expect((await read(desk.agent)).status).toBe(404);
  });

  it('is not there while its ticket is deleted, and comes back with it', async () => {
    await write(desk.agent, {});
    await desk.admin.delete(`/tickets/${ticket.id}`);
    for (const answer of [await read(desk.agent), await write(desk.agent, {}), await desk.agent.delete(at())])
      expect(refusal(answer)).toEqual([404, 'not_found']);
    await desk.admin.post(`/tickets/${ticket.id}/restore`);
    expect(await bodyOf(desk.agent)).toBe('Dear Carl,');
  });

  it('of a customer is public, without macros, and for tickets that they may write to', async () => {
    const { body: macro } = await desk.admin.post('/macros', { name: 'All', shared: true, reply: { body: 'x' } });
    for (const fields of [{ visibility: 'INTERNAL' }, { macroId: macro.id }])
      expect(refusal(await write(desk.customer, fields))).toEqual([403, 'forbidden']);
    for (const answer of [await read(desk.stranger), await write(desk.stranger, {})])
      expect(refusal(answer)).toEqual([404, 'not_found']);
    expect((await write(desk.customer, {})).status).toBe(200);
  });

  it('of an internal comment is hidden from an agent who became a customer', async () => {
    const leaver = await desk.tenant.user('AGENT', 'Lea Leaver');
    await write(leaver, { body: 'between us', visibility: 'INTERNAL' });
    await desk.admin.put(`/tickets/${ticket.id}/participants/${leaver.id}`);
    await desk.admin.patch(`/users/${leaver.id}`, { role: 'CUSTOMER' });
    await inDatabase(desk.tenant, `UPDATE "Ticket" SET "authorId" = $1 WHERE "id" = $2`, [leaver.id, ticket.id]);
    expect(refusal(await read(await desk.tenant.signIn(leaver.email)))).toEqual([404, 'not_found']);
  });

  it('keeps its files from the sweep', async () => {
    const [drafted, orphan] = [await upload(desk.agent, 'a'), await upload(desk.agent, 'b')];
    await write(desk.agent, { attachmentIds: [drafted.id] });
    await sweep(3);
    expect((await desk.agent.get(`/attachments/${orphan.id}`)).status).toBe(404);
    expect((await read(desk.agent)).body.attachmentIds).toEqual([drafted.id]);
    await desk.agent.delete(at());
    await sweep(6);
    expect((await desk.agent.get(`/attachments/${drafted.id}`)).status).toBe(404);
  });
});

describe('drafts and persons', () => {
  it('are exported with their author, deleted when that one is anonymized, and counted before', async () => {
    const person = await desk.tenant.user('AGENT', 'Perry Person');
    await write(person, { body: 'half a thought' });
    const { body } = await desk.admin.post(`/users/${person.id}/export`);
    expect(body.drafts).toMatchObject([{ ticketId: ticket.id, body: 'half a thought' }]);
    const preview = await desk.admin.post(`/users/${person.id}/anonymize`, { dryRun: true });
    expect(preview.body.removed.drafts).toBe(1);
    expect((await desk.admin.post(`/users/${person.id}/anonymize`)).status).toBe(200);
    expect(await inDatabase(desk.tenant, 'SELECT FROM "Draft" WHERE "userId" = $1', [person.id])).toEqual([]);
  });

  it('of others lose the words of somebody who is anonymized', async () => {
    const person = await desk.tenant.user('CUSTOMER', 'Quentin Quill');
    const { id } = await openTicket(person);
    await write(desk.agent, { body: `Dear Quentin Quill, we wrote to ${person.email}.` }, id);
    expect((await desk.admin.post(`/users/${person.id}/anonymize`)).status).toBe(200);
    expect((await read(desk.agent, id)).body).toMatchObject({
      body: 'Dear [removed], we wrote to [removed].',
      version: 2,
    });
  });

  it('go along when two accounts are joined; that of the account that stays is kept', async () => {
    const [from, into] = [await desk.tenant.user('CUSTOMER'), await desk.tenant.user('CUSTOMER')];
    const [alone, both] = [await openTicket(from), await openTicket(from)];
    await desk.admin.put(`/tickets/${both.id}/participants/${into.id}`);
    for (const { id } of [alone, both]) await write(from, { body: 'of the former' }, id);
    expect((await write(into, { body: 'of the other' }, both.id)).status).toBe(200);
    expect((await desk.admin.post(`/users/${from.id}/merge`, { intoId: into.id })).status).toBe(200);
    expect([await bodyOf(into, alone.id), await bodyOf(into, both.id)]).toEqual(['of the former', 'of the other']);
  });
});
