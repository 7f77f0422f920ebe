import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startSystem, until, type Caller, type System } from '@helpdeskly/testing';
import { upload } from './files.js';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, walk, type Helpdesk } from './helpdesk.js';
import { bearing, inDatabase, password, refusal } from './people.js';
import { Listener } from './streaming.js';

let system: System;
let desk: Helpdesk;
/** The customer's. */
let ticket: any;

beforeAll(async () => {
  system = await startSystem({ appQueues: true });
  desk = await openHelpdesk(system);
});
beforeEach(async () => {
  ticket = await openTicket(desk.customer);
});
afterAll(() => system?.close());

const at = (id: string = ticket.id) => `/tickets/${id}/comments`;
const post = (caller: Caller, fields: object, id?: string) =>
  caller.post(at(id), { body: 'Try another toner.', sendAfter: 60, ...fields });
const held = async (caller: Caller, fields: object = {}, id?: string): Promise<any> => {
  const { status, body } = await post(caller, fields, id);
  expect([status, body.code]).toEqual([201, undefined]);
  return body;
};
const listed = async (caller: Caller, query = '', id?: string): Promise<any[]> =>
  (await caller.get(`${at(id)}${query}`)).body.data;
const read = async (caller: Caller, id: string = ticket.id) => (await caller.get(`/tickets/${id}`)).body;
const undo = (caller: Caller, comment: any, id?: string) => caller.delete(`${at(id)}/${comment.id}`);
const draftOf = (caller: Caller, id: string = ticket.id) => caller.get(`/tickets/${id}/draft`);
const failures = async (caller: Caller): Promise<any[]> =>
  (await caller.get('/notifications?kind=send_failed')).body.data;
const isSent = async (caller: Caller, id: string, ticketId?: string) =>
  (await caller.get(`${at(ticketId)}/${id}`)).body.sendAt === null;

/** Its time comes now, and the worker hears of it by another comment that is held for a second. */
async function pass(...comments: { id: string }[]): Promise<void> {
  const ids = comments.map(({ id }) => id);
  await inDatabase(desk.tenant, `UPDATE "HeldComment" SET "sendAt" = now() WHERE "id" = ANY ($1)`, [ids]);
  const bell = await openTicket(desk.admin);
  await held(desk.admin, { sendAfter: 1, body: 'bell' }, bell.id);
  await until(async () => {
    const rows = await inDatabase(desk.tenant, 'SELECT FROM "HeldComment" WHERE "id" = ANY ($1)', [ids]);
    return rows.length === 0;
  });
}

describe('a comment that is sent later', () => {
  it('stands in the list of its author alone until then, with the time', async () => {
    const comment = await held(desk.agent);
    expect(comment).toMatchObject({ ticketId: ticket.id, body: 'Try another toner.', authorId: desk.agent.id });
    expect(Date.parse(comment.sendAt) - Date.parse(comment.createdAt)).toBeGreaterThan(55_000);
    expect(await listed(desk.agent)).toEqual([comment]);
    expect((await desk.agent.get(`${at()}/${comment.id}`)).body).toEqual(comment);
    for (const other of [desk.admin, desk.customer]) {
      expect(await listed(other)).toEqual([]);
      expect(refusal(await other.get(`${at()}/${comment.id}`))).toEqual([404, 'not_found']);
    }
    expect(refusal(await desk.admin.post(`${at()}/${comment.id}/redact`))).toEqual([404, 'not_found']);
  });

  it('is in no count, version, event, search, feed, notification or stream before', async () => {
    const before = [await read(desk.admin), await read(desk.customer), await eventsOf(desk.admin, ticket.id)];
    const listener = await Listener.of(system, desk.customer);
    await held(desk.agent, { body: 'xylographic', status: 'PENDING', changes: { priority: 'HIGH' } });
    expect([await read(desk.admin), await read(desk.customer), await eventsOf(desk.admin, ticket.id)]).toEqual(before);
    expect((await desk.admin.get('/tickets?q=xylographic')).body.data).toEqual([]);
    expect((await desk.customer.get('/notifications?kind=replied')).body.data).toEqual([]);
    expect((await desk.admin.get(`${at()}?include=total`)).body.meta.total).toBe(0);
    expect((await desk.agent.get(`${at()}?include=total`)).body.meta.total).toBe(1);
    await desk.admin.patch(`/tickets/${ticket.id}`, { title: 'Another title' });
    expect((await listener.heard(1)).map(({ event }) => event)).toEqual(['ticket.updated']);
    listener.hang();
  });

  it('is sent at its time, with its status and changes in one write, as if it were written then', async () => {
    const { id, sendAt } = await held(desk.agent, { sendAfter: 1, status: 'PENDING', changes: { priority: 'HIGH' } });
    await until(() => isSent(desk.agent, id));
    const [comment] = await listed(desk.customer);
    expect(comment).toMatchObject({ id, body: 'Try another toner.', sendAt: null });
    expect(comment.createdAt >= sendAt).toBe(true);
    const after = await read(desk.admin);
    expect(after).toMatchObject({ version: ticket.version + 1, status: 'PENDING', priority: 'HIGH', commentCount: 1 });
    expect([after.firstRespondedAt, after.updatedAt]).toEqual([comment.createdAt, comment.createdAt]);
    const last = (await eventsOf(desk.admin, ticket.id)).at(-1);
    expect(last).toMatchObject({ actorId: desk.agent.id, createdAt: comment.createdAt });
    expect(Object.keys(last.changes).sort()).toEqual(['commentId', 'priority', 'status']);
    const { data } = (await desk.customer.get('/notifications?kind=replied')).body;
    expect(data[0]).toMatchObject({ commentId: id, actorId: desk.agent.id });
  });

  it('is told of in streams when it is sent', async () => {
    const listener = await Listener.of(system, desk.customer);
    const { id } = await held(desk.agent, { sendAfter: 1 });
    await until(() => listener.wire.includes('comment.created'));
    expect(await isSent(desk.agent, id)).toBe(true);
    listener.hang();
  });

  it('of the staff alone stays with the staff', async () => {
    const comment = await held(desk.agent, { visibility: 'INTERNAL' });
    await pass(comment);
    expect(await listed(desk.admin)).toMatchObject([{ id: comment.id, visibility: 'INTERNAL' }]);
    expect(await listed(desk.customer)).toEqual([]);
    expect((await read(desk.customer)).commentCount).toBe(0);
  });

  it('of a customer opens the ticket again when it is sent, not before', async () => {
    const waiting = await openTicketAs(desk.agent, 'PENDING', { authorId: desk.customer.id });
    const comment = await held(desk.customer, {}, waiting.id);
    expect((await read(desk.agent, waiting.id)).status).toBe('PENDING');
    await pass(comment);
    expect((await read(desk.agent, waiting.id)).status).toBe('OPEN');
  });

  it('of an API key is sent in its name, unless the key was revoked or has expired by then', async () => {
    const fields = { name: 'Robot', role: 'AGENT', scopes: ['tickets:write'] };
    const keys = await Promise.all([1, 2, 3].map(async () => (await desk.admin.post('/api-keys', fields)).body));
    const robots = keys.map(({ key }) => bearing(desk.tenant.visitor, key));
    const [kept, revoked, expired] = await Promise.all(robots.map((robot) => held(robot)));
    expect((await desk.admin.delete(`/api-keys/${keys[1].id}`)).status).toBe(204);
    const past = `UPDATE "ApiKey" SET "expiresAt" = now() - interval '1 second' WHERE "id" = $1`;
    await inDatabase(desk.tenant, past, [keys[2].id]);
    await pass(kept, revoked, expired);
    expect((await listed(desk.customer)).map(({ id }) => id)).toEqual([kept.id]);
  });

  it('is sent at once with sendAfter 0', async () => {
    expect(await held(desk.agent, { sendAfter: 0 })).toMatchObject({ sendAt: null });
    expect(await listed(desk.customer)).toHaveLength(1);
  });

  it.each([-1, 61, 1.5, '10', null])('refuses sendAfter %j', async (sendAfter) => {
    expect(refusal(await post(desk.agent, { sendAfter }))).toEqual([400, 'validation_failed']);
  });

  it('is refused at once as it would be without sendAfter, and leaves nothing', async () => {
    const closed = await openTicketAs(desk.agent, 'CLOSED');
    expect(refusal(await post(desk.agent, {}, closed.id))).toEqual([409, 'ticket_closed']);
    expect(refusal(await post(desk.agent, { status: 'CLOSED' }))).toEqual([409, 'invalid_transition']);
    expect(refusal(await post(desk.agent, { changes: { assignedToId: desk.customer.id } }))).toEqual([
      422,
      'invalid_reference',
    ]);
    expect(refusal(await post(desk.customer, { visibility: 'INTERNAL' }))).toEqual([403, 'forbidden']);
    expect(refusal(await post(desk.stranger, {}))).toEqual([404, 'not_found']);
    const stale = await desk.agent.post(at(), { body: 'x', sendAfter: 60 }, { headers: { 'if-match': '"99"' } });
    expect(refusal(stale)).toEqual([412, 'version_conflict']);
    expect(await inDatabase(desk.tenant, 'SELECT FROM "HeldComment" WHERE "ticketId" = $1', [ticket.id])).toEqual([]);
    expect(await read(desk.admin)).toMatchObject({ version: ticket.version, commentCount: 0 });
  });

  it('is held once for one Idempotency-Key', async () => {
    const headers = { 'idempotency-key': `later ${ticket.id}` };
    const send = () => desk.agent.post(at(), { body: 'once', sendAfter: 60 }, { headers });
    const [first, second] = [await send(), await send()];
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.body).toEqual(first.body);
    await pass(first.body);
    expect(await listed(desk.customer)).toHaveLength(1);
  });

  it('is listed last in either order, and by cursors once', async () => {
    await held(desk.agent, { body: 'one', sendAfter: 0 });
    for (const body of ['three', 'four']) await held(desk.agent, { body });
    await held(desk.admin, { body: 'two', sendAfter: 0 });
    const bodies = async (sort: string) =>
      (await walk(desk.agent, `${at()}?limit=1&sort=${sort}`)).map(({ body }) => body);
    expect(await bodies('createdAt')).toEqual(['one', 'two', 'three', 'four']);
    expect(await bodies('-createdAt')).toEqual(['four', 'three', 'two', 'one']);
  });
});

describe('taking a comment back', () => {
  it('makes it a draft again, with its files and its macro, and nothing is sent', async () => {
    const { id: fileId } = await upload(desk.agent, 'x');
    const { body: macro } = await desk.agent.post('/macros', { name: 'Undo', reply: { body: 'x' } });
    await desk.agent.send('PUT', `/tickets/${ticket.id}/draft`, { body: 'Try', macroId: macro.id });
    const comment = await held(desk.agent, { visibility: 'INTERNAL', attachmentIds: [fileId] });
    expect((await draftOf(desk.agent)).status).toBe(404);
    expect((await undo(desk.agent, comment)).status).toBe(204);
    expect((await draftOf(desk.agent)).body).toMatchObject({
      body: 'Try another toner.',
      visibility: 'INTERNAL',
      attachmentIds: [fileId],
      macroId: macro.id,
      version: 2,
    });
    expect(await listed(desk.agent)).toEqual([]);
    expect(refusal(await undo(desk.agent, comment))).toEqual([404, 'not_found']);
    await held(desk.agent, { sendAfter: 0, attachmentIds: [fileId] });
    expect((await listed(desk.customer))[0].attachments).toMatchObject([{ id: fileId }]);
  });

  it('joins it with a draft that was begun meanwhile, internal if one of them was', async () => {
    const comment = await held(desk.agent, { visibility: 'INTERNAL' });
    await desk.agent.send('PUT', `/tickets/${ticket.id}/draft`, { body: 'And another thing.' });
    expect((await undo(desk.agent, comment)).status).toBe(204);
    const { body } = await draftOf(desk.agent);
    expect([body.body, body.visibility]).toEqual(['Try another toner.\n\nAnd another thing.', 'INTERNAL']);
  });

  it('is too late when it was sent', async () => {
    const comment = await held(desk.agent);
    await pass(comment);
    expect(refusal(await undo(desk.agent, comment))).toEqual([409, 'comment_sent']);
    expect(await listed(desk.customer)).toHaveLength(1);
    expect((await draftOf(desk.agent)).status).toBe(404);
  });

  it('is for its author alone', async () => {
    const comment = await held(desk.agent);
    expect(refusal(await undo(desk.admin, comment))).toEqual([404, 'not_found']);
    expect(refusal(await undo(desk.customer, comment))).toEqual([404, 'not_found']);
    await pass(comment);
    expect(refusal(await undo(desk.admin, comment))).toEqual([403, 'forbidden']);
    expect(refusal(await undo(desk.stranger, comment))).toEqual([404, 'not_found']);
    for (const id of ['x', ticket.id]) expect(refusal(await undo(desk.agent, { id }))).toEqual([404, 'not_found']);
  });
});

describe('files of a comment that is sent later', () => {
  it('are its own: nothing else takes or deletes them', async () => {
    const { id: fileId } = await upload(desk.agent, 'x');
    const comment = await held(desk.agent, { attachmentIds: [fileId] });
    expect(comment.attachments).toMatchObject([{ id: fileId, commentId: comment.id }]);
    expect(refusal(await post(desk.agent, { attachmentIds: [fileId] }))).toEqual([422, 'invalid_reference']);
    expect(refusal(await desk.agent.delete(`/attachments/${fileId}`))).toEqual([403, 'forbidden']);
    expect((await desk.customer.get(`/attachments/${fileId}`)).status).toBe(404);
    await pass(comment);
    expect((await listed(desk.customer))[0].attachments).toMatchObject([{ id: fileId, commentId: comment.id }]);
    expect((await desk.customer.get(`/attachments/${fileId}`)).status).toBe(200);
  });
});

describe('a comment that is refused when its time has come', () => {
  async function isGivenBack(comment: any, code: string, ticketId: string | null = ticket.id): Promise<void> {
    await pass(comment);
    expect((await failures(desk.agent))[0]).toMatchObject({
      ticketId,
      commentId: null,
      actorId: null,
      details: { code, number: ticket.number },
    });
  }

  it('is a draft again, and its author is told: of a ticket that was closed', async () => {
    const comment = await held(desk.agent);
    for (const status of ['RESOLVED', 'CLOSED']) await desk.admin.patch(`/tickets/${ticket.id}`, { status });
    await isGivenBack(comment, 'ticket_closed');
    expect((await draftOf(desk.agent)).body).toMatchObject({ body: 'Try another toner.', version: 1 });
    expect(await listed(desk.agent)).toEqual([]);
  });

  it('is given back whole, with files, when its assignee may have no tickets any more', async () => {
    const { id: fileId } = await upload(desk.agent, 'x');
    const leaver = await desk.tenant.user('AGENT');
    const comment = await held(desk.agent, { attachmentIds: [fileId], changes: { assignedToId: leaver.id } });
    await desk.admin.delete(`/users/${leaver.id}`);
    await isGivenBack(comment, 'invalid_reference');
    expect((await draftOf(desk.agent)).body.attachmentIds).toEqual([fileId]);
    expect(await read(desk.admin)).toMatchObject({ version: ticket.version, assignedToId: null, commentCount: 0 });
  });

  it('comes back with its ticket when that was deleted', async () => {
    const comment = await held(desk.agent);
    await desk.admin.delete(`/tickets/${ticket.id}`);
    await isGivenBack(comment, 'not_found', null);
    await desk.admin.post(`/tickets/${ticket.id}/restore`);
    expect((await draftOf(desk.agent)).body.body).toBe('Try another toner.');
  });

  it('is not sent in the name of somebody who was disabled', async () => {
    const leaver = await desk.tenant.user('AGENT');
    const comment = await held(leaver);
    await desk.admin.delete(`/users/${leaver.id}`);
    await pass(comment);
    expect(await listed(desk.customer)).toEqual([]);
    await desk.admin.patch(`/users/${leaver.id}`, { status: 'ACTIVE' });
    expect((await draftOf(await desk.tenant.signIn(leaver.email))).body.body).toBe('Try another toner.');
  });

  it('is judged by the role that its author has by then', async () => {
    const leaver = await desk.tenant.user('AGENT');
    const comment = await held(leaver, { visibility: 'INTERNAL' });
    await desk.admin.put(`/tickets/${ticket.id}/participants/${leaver.id}`);
    await desk.admin.patch(`/users/${leaver.id}`, { role: 'CUSTOMER' });
    await pass(comment);
    expect(await listed(desk.admin)).toEqual([]);
  });
});

describe('what else may happen before a comment is sent', () => {
  it('goes on in the ticket into which its own was merged', async () => {
    const target = await openTicket(desk.customer);
    const comment = await held(desk.agent);
    await desk.admin.post(`/tickets/${ticket.id}/merge`, { intoId: target.id });
    await pass(comment);
    expect((await listed(desk.customer, '', target.id)).at(-1)).toMatchObject({
      id: comment.id,
      originTicketId: ticket.id,
    });
    expect(refusal(await undo(desk.agent, comment))).toEqual([409, 'comment_sent']);
  });

  it('is shown in the ticket in which a merged one goes on', async () => {
    const target = await openTicket(desk.customer);
    await desk.admin.post(`/tickets/${ticket.id}/merge`, { intoId: target.id });
    const comment = await held(desk.agent);
    expect(comment).toMatchObject({ ticketId: target.id, originTicketId: ticket.id });
    expect((await listed(desk.agent, '?sort=-createdAt', target.id))[0].id).toBe(comment.id);
    expect((await undo(desk.agent, comment)).status).toBe(204);
    expect((await draftOf(desk.agent)).status).toBe(200);
  });

  it('waits for a helpdesk that is suspended, and is sent when that is active again', async () => {
    const other = await openHelpdesk(system);
    const { id } = await openTicket(other.customer);
    const comment = await held(other.agent, { sendAfter: 1 }, id);
    await system.operator.post(`/tenants/${other.tenant.id}/suspend`);
    await until(() => Date.now() > Date.parse(comment.sendAt) + 500);
    await system.operator.post(`/tenants/${other.tenant.id}/activate`);
    const { email } = other.agent;
    await until(async () => (await other.tenant.visitor.post('/auth/login', { email, password })).status === 200);
    const again = await other.tenant.signIn(email);
    await until(async () => isSent(again, comment.id, id));
    expect(await listed(again, '', id)).toHaveLength(1);
  });

  it('is exported with its author, and deleted when that one is anonymized', async () => {
    const person = await desk.tenant.user('AGENT');
    await held(person);
    const { body } = await desk.admin.post(`/users/${person.id}/export`);
    expect(body.heldComments).toMatchObject([{ ticketId: ticket.id, body: 'Try another toner.' }]);
    await desk.admin.post(`/users/${person.id}/anonymize`);
    expect(await inDatabase(desk.tenant, 'SELECT FROM "HeldComment" WHERE "authorId" = $1', [person.id])).toEqual([]);
  });

  it('is sent in the name of the account with which its author was joined', async () => {
    const [from, into] = [await desk.tenant.user('CUSTOMER'), await desk.tenant.user('CUSTOMER')];
    const { id } = await openTicket(from);
    const comment = await held(from, {}, id);
    expect((await desk.admin.post(`/users/${from.id}/merge`, { intoId: into.id })).status).toBe(200);
    await pass(comment);
    expect(await listed(into, '', id)).toMatchObject([{ id: comment.id, authorId: into.id }]);
  });
});
