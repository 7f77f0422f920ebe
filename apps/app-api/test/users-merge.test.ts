import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { upload } from './files.js';
import { eventsOf, openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase, invited, password, refusal } from './people.js';

let system: System;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const newEmail = () => `double-${++count}@merge.example`;
const merge = (id: string, intoId: string, caller = desk.admin) => caller.post(`/users/${id}/merge`, { intoId });
const read = async (id: string) => (await desk.admin.get(`/users/${id}`)).body;
const correct = (id: string, fields: object, caller = desk.agent) => caller.patch(`/users/${id}`, fields);
const someone = (fields: object = {}) => invited(desk.admin, newEmail(), fields);
const account = () => desk.tenant.user('CUSTOMER', `Dee Double${++count}`);

describe('an agent', () => {
  it('corrects a customer’s name, email and organization', async () => {
    const { body: organization } = await desk.agent.post('/organizations', { name: 'Correct' });
    const user = await someone();
    const fields = { name: 'Right Name', email: newEmail(), organizationId: organization.id };
    const { status, body } = await correct(user.id, fields);
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ ...fields, addresses: [user.email], role: 'CUSTOMER' }),
    ]);
    expect((await correct(user.id, { organizationId: null })).body.organizationId).toBeNull();
  });

  it.each([{ role: 'AGENT' }, { status: 'DISABLED' }, { name: 'x', role: 'CUSTOMER' }])(
    'may not set what a customer may do: %j',
    async (fields) => {
      const user = await someone();
      expect(refusal(await correct(user.id, fields))).toEqual([403, 'forbidden']);
      expect(await read(user.id)).toEqual(user);
    },
  );

  it('corrects neither agents, nor admins, nor oneself', async () => {
    for (const { id } of [desk.admin, desk.agent, await desk.tenant.user('AGENT', 'Another Agent')])
      expect(refusal(await correct(id, { name: 'x' }))).toEqual([403, 'forbidden']);
    expect(refusal(await correct(desk.customer.id, { name: 'x' }, desk.customer))).toEqual([403, 'forbidden']);
  });

  it('does not join accounts', async () => {
    for (const caller of [desk.agent, desk.customer])
      expect(refusal(await merge(desk.customer.id, desk.stranger.id, caller))).toEqual([403, 'forbidden']);
  });
});

describe('a former address', () => {
  it('finds its owner, and is nobody else’s', async () => {
    const user = await someone();
    const former = user.email;
    await correct(user.id, { email: newEmail() });
    const { data } = (await desk.agent.get(`/users?q=${former.slice(0, 12)}`)).body;
    expect(data.map(({ id }: any) => id)).toContain(user.id);
    for (const email of [former, former.toUpperCase()]) {
      const input = { email, name: 'x', role: 'CUSTOMER' };
      expect(refusal(await desk.admin.post('/users', input))).toEqual([409, 'email_taken']);
      expect(refusal(await correct((await someone()).id, { email }))).toEqual([409, 'email_taken']);
    }
    expect((await correct(user.id, { email: former.toUpperCase() })).body).toMatchObject({
      email: former.toUpperCase(),
    });
    expect((await read(user.id)).addresses).toHaveLength(1);
  });

  it('signs nobody in, and its invitations are worth nothing', async () => {
    const user = await account();
    const other = await someone();
    const { token } = (await desk.admin.post(`/users/${other.id}/invitation`)).body;
    for (const { id } of [user, other]) await correct(id, { email: newEmail() });
    await expect(desk.tenant.signIn(user.email)).rejects.toThrow('invalid_credentials');
    await desk.tenant.signIn((await read(user.id)).email);
    const accepted = await desk.tenant.visitor.post('/auth/invitations/accept', { token, password });
    expect(refusal(accepted)).toEqual([401, 'token_invalid']);
  });

  it('is one of two people who want each other’s addresses at once at most', async () => {
    const [one, other] = [await someone(), await someone()];
    const wanted = newEmail();
    const answers = await Promise.all([
      correct(one.id, { email: wanted }),
      correct(other.id, { email: wanted }),
      desk.admin.post('/users', { email: wanted, name: 'x', role: 'CUSTOMER' }),
    ]);
    expect(answers.map(({ status }) => status >= 300).sort()).toEqual([false, true, true]);
  });
});

describe('joining two accounts', () => {
  it('gives all that the one has to the other', async () => {
    const { body: organization } = await desk.agent.post('/organizations', { name: 'Kept' });
    const [goes, stays] = [await account(), await account()];
    await desk.admin.patch(`/users/${goes.id}`, { organizationId: organization.id });
    const ticket = await openTicket(goes);
    const { id: fileId } = await upload(goes, 'x', 'mine.txt');
    const said = await reply(goes, ticket.id, { body: 'x', attachmentIds: [fileId] });
    const shared = await openTicket(desk.customer);
    const own = await openTicket(stays);
    for (const { id } of [shared, own]) await desk.agent.put(`/tickets/${id}/participants/${goes.id}`);
    const { version } = await read(stays.id);
    const { status, body } = await merge(goes.id, stays.id);
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        id: stays.id,
        email: stays.email,
        addresses: [goes.email],
        organizationId: organization.id,
      }),
    ]);
    expect(body.version).toBe(version + 1);
    expect((await stays.get(`/tickets/${ticket.id}`)).body).toMatchObject({
      authorId: stays.id,
      submittedById: stays.id,
      version: ticket.version + 2,
    });
    const [comment] = (await stays.get(`/tickets/${ticket.id}/comments`)).body.data;
    expect(comment).toMatchObject({ id: said.id, authorId: stays.id, attachments: [{ id: fileId }] });
    const events = await eventsOf(desk.agent, ticket.id);
    expect(events.map(({ actorId }: any) => actorId)).toEqual([stays.id, stays.id, desk.admin.id]);
    expect(events.at(-1).changes).toEqual({ authorId: { from: goes.id, to: stays.id } });
    const participants = async (id: string) =>
      (await desk.agent.get(`/tickets/${id}/participants`)).body.data.map(({ user }: any) => user.id);
    expect([await participants(shared.id), await participants(own.id)]).toEqual([[stays.id], []]);
    expect((await eventsOf(desk.customer, shared.id)).at(-1).changes).toEqual({
      ccId: { from: goes.id, to: stays.id },
    });
    expect((await stays.get(`/tickets/${shared.id}`)).status).toBe(200);
  });

  it('ends the sessions and invitations of the one, who is nobody from then on, and in no list', async () => {
    const [goes, stays] = [await account(), await account()];
    const { token } = (await desk.admin.post(`/users/${goes.id}/invitation`)).body;
    await merge(goes.id, stays.id);
    expect((await goes.get('/auth/me')).status).toBe(401);
    await expect(desk.tenant.signIn(goes.email)).rejects.toThrow('invalid_credentials');
    expect((await desk.tenant.visitor.post('/auth/invitations/accept', { token, password })).status).toBe(401);
    expect(await read(goes.id)).toMatchObject({
      mergedIntoId: stays.id,
      status: 'DISABLED',
      name: 'Merged account',
      email: `${goes.id}@merged.invalid`,
      addresses: [],
    });
    const listed = (await desk.agent.get(`/users?q=${goes.email}`)).body.data.map(({ id }: any) => id);
    expect(listed).toEqual([stays.id]);
    for (const answer of [
      await correct(goes.id, { name: 'Back' }),
      await desk.admin.patch(`/users/${goes.id}`, { status: 'ACTIVE' }),
      await desk.admin.post(`/users/${goes.id}/invitation`),
      await merge(goes.id, desk.customer.id),
    ])
      expect([...refusal(answer), answer.body.mergedIntoId]).toEqual([409, 'user_merged', stays.id]);
    const input = { email: goes.email, name: 'x', role: 'CUSTOMER' };
    expect(refusal(await desk.admin.post('/users', input))).toEqual([409, 'email_taken']);
    expect(
      refusal(await desk.agent.put(`/tickets/${(await openTicket(desk.agent)).id}/participants/${goes.id}`)),
    ).toEqual([422, 'invalid_reference']);
  });

  it('leads filters and views that name the one to the other', async () => {
    const [goes, stays, third] = [await account(), await account(), await account()];
    const mine = await openTicket(goes, { title: 'of the one' });
    const shared = await openTicket(third);
    await desk.agent.put(`/tickets/${shared.id}/participants/${goes.id}`);
    const view = (filters: object) => desk.agent.post('/views', { name: `Of ${++count}`, filters });
    const views = [(await view({ author: goes.id })).body, (await view({ author: [goes.id, third.id] })).body];
    await merge(goes.id, stays.id);
    const later = await openTicket(stays);
    const found = async (query: string) =>
      (await desk.agent.get(`/tickets?sort=number&limit=100&${query}`)).body.data.map(({ id }: any) => id);
    expect(await found(`author=${goes.id}`)).toEqual([mine.id, later.id]);
    expect(await found(`author=${goes.id},${third.id}`)).toEqual([mine.id, shared.id, later.id]);
    expect(await found(`author=${third.id}&participant=${goes.id}`)).toEqual([shared.id]);
    expect(await found(`author=${third.id}&participant=-${goes.id}`)).toEqual([]);
    const others = await found(`author=-${goes.id}`);
    expect([others.includes(mine.id), others.includes(shared.id)]).toEqual([false, true]);
    const everybodys = await found('');
    expect(await found(`assignedTo=${goes.id}`)).toEqual([]);
    expect(await found(`assignedTo=-${goes.id}`)).toEqual(everybodys);
    const counts = (await desk.agent.get('/views/counts')).body.counts;
    for (const [at, ids] of [
      [mine.id, later.id],
      [mine.id, shared.id, later.id],
    ].entries()) {
      const { data, meta } = (await desk.agent.get(`/views/${views[at].id}/tickets?limit=100`)).body;
      expect([data.map(({ id }: any) => id).sort(), meta.missing]).toEqual([[...ids].sort(), []]);
      expect(counts).toContainEqual({ id: views[at].id, tickets: ids.length });
    }
    await desk.admin.delete(`/users/${stays.id}`);
    expect((await desk.agent.get(`/views/${views[0].id}`)).body.missing).toEqual([
      { field: 'filters.author', value: goes.id, name: (await read(stays.id)).name, reason: 'DISABLED' },
    ]);
  });

  it('is exported with the account that stays', async () => {
    const [goes, stays] = [await someone({ name: 'Exported Once' }), await someone()];
    await merge(goes.id, stays.id);
    const { body } = await desk.admin.post(`/users/${stays.id}/export`);
    expect(body).toMatchObject({
      user: { addresses: [goes.email] },
      formerNames: ['Exported Once'],
      mergedAccounts: [{ id: goes.id }],
    });
  });

  it('again changes nothing; of a chain each leads to the end', async () => {
    const [first, second, third] = [await someone(), await someone(), await someone()];
    const { body } = await merge(first.id, second.id);
    expect((await merge(first.id, second.id)).body).toEqual(body);
    await merge(second.id, third.id);
    expect((await read(first.id)).mergedIntoId).toBe(third.id);
    expect((await read(third.id)).addresses).toEqual([first.email, second.email]);
    expect(refusal(await merge(desk.customer.id, first.id))).toEqual([422, 'invalid_reference']);
  });

  it('keeps the organization of the one that stays', async () => {
    const [one, other] = [
      (await desk.agent.post('/organizations', { name: 'One of two' })).body,
      (await desk.agent.post('/organizations', { name: 'Other of two' })).body,
    ];
    const [goes, stays] = [await someone({ organizationId: one.id }), await someone({ organizationId: other.id })];
    expect((await merge(goes.id, stays.id)).body.organizationId).toBe(other.id);
  });

  it('is refused with oneself, staff, the disabled, nobody and nothing', async () => {
    const user = await someone();
    const disabled = await someone();
    await desk.admin.delete(`/users/${disabled.id}`);
    const nobody = await someone();
    await desk.admin.post(`/users/${nobody.id}/anonymize`);
    for (const { id } of [user, desk.agent, desk.admin, disabled, nobody])
      expect(await merge(user.id, id)).toMatchObject({
        status: 422,
        body: { code: 'invalid_reference', field: 'intoId' },
      });
    expect(refusal(await merge(user.id, '01a1fac5-30c5-7dac-ac30-a758dbba7229'))).toEqual([422, 'invalid_reference']);
    for (const { id } of [desk.agent, desk.admin, nobody])
      expect(refusal(await merge(id, user.id))).toEqual([409, 'user_not_mergeable']);
    for (const id of ['x', '01a1fac5-30c5-7dac-ac30-a758dbba7229'])
      expect(refusal(await merge(id, user.id))).toEqual([404, 'not_found']);
    expect((await merge(user.id, 'x')).status).toBe(400);
    expect((await desk.admin.post(`/users/${user.id}/merge`, {}, {})).status).toBe(400);
    const headers = { 'if-match': '"7"' };
    const stale = await desk.admin.post(`/users/${user.id}/merge`, { intoId: desk.customer.id }, { headers });
    expect(refusal(stale)).toEqual([412, 'version_conflict']);
    expect(await read(user.id)).toEqual(user);
    expect((await merge(disabled.id, user.id)).status).toBe(200);
  });
});

describe('at once', () => {
  it('joining in both directions leaves one of the two', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = [await someone(), await someone()];
      const answers = await Promise.all([merge(one.id, other.id), merge(other.id, one.id)]);
      expect(answers.map(({ status }) => status === 200).sort()).toEqual([false, true]);
      const merged = [await read(one.id), await read(other.id)].filter(({ mergedIntoId }) => mergedIntoId !== null);
      expect(merged).toHaveLength(1);
    }
  });

  it('what the one writes is the other’s, or was never acknowledged', async () => {
    for (let round = 0; round < 5; round++) {
      const [goes, stays] = [await account(), await account()];
      const ticket = await openTicket(goes);
      const [{ status }, ...written] = await Promise.all([
        merge(goes.id, stays.id),
        ...Array.from({ length: 4 }, (_, at) => goes.post(`/tickets/${ticket.id}/comments`, { body: `said ${at}` })),
        ...Array.from({ length: 4 }, (_, at) => goes.post('/tickets', { title: `asked ${at}`, description: 'x' })),
        desk.agent.post('/tickets', { title: 'for', description: 'x', authorId: goes.id }),
      ]);
      expect(status).toBe(200);
      const refused = written.filter((answer) => answer.status !== 201).map((answer) => answer.status);
      // 503: behind PgBouncer a write may wait for one of two connections for longer than the pooler lets it.
      expect(refused.filter((each) => ![401, 404, 422, 503].includes(each))).toEqual([]);
      const comments = (await stays.get(`/tickets/${ticket.id}/comments`)).body.data;
      const tickets = (await stays.get('/tickets?author=me&limit=100')).body.data;
      const acknowledged = written.filter((answer) => answer.status === 201).map(({ body }) => body.id);
      expect([...comments, ...tickets].map(({ id }: any) => id)).toEqual(expect.arrayContaining(acknowledged));
      expect(new Set(comments.map(({ authorId }: any) => authorId))).toEqual(
        comments.length === 0 ? new Set() : new Set([stays.id]),
      );
      const byBoth = await inDatabase(desk.tenant, 'SELECT FROM "Ticket" WHERE "authorId" = $1', [goes.id]);
      expect(byBoth).toEqual([]);
    }
  });
});
