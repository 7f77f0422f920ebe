import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System, type TestTenant } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, reply, walk, type Helpdesk } from './helpdesk.js';

type User = TestTenant['admin'];

let system: System;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

async function organization(fields: object = {}): Promise<any> {
  const { status, body } = await desk.agent.post('/organizations', { name: `Org ${++count}`, ...fields });
  expect(status).toBe(201);
  return body;
}

const join = async (user: User, organizationId: string | null) =>
  expect((await desk.admin.patch(`/users/${user.id}`, { organizationId })).status).toBe(200);

/** Two customers of an organization. */
async function neighbours(shared: boolean): Promise<{ ours: any; one: User; other: User }> {
  const ours = await organization({ shared });
  const [one, other] = [await desk.tenant.user('CUSTOMER'), await desk.tenant.user('CUSTOMER')];
  for (const user of [one, other]) await join(user, ours.id);
  return { ours, one, other };
}

const idsOf = (rows: any[]) => rows.map(({ id }) => id);

describe('an organization', () => {
  it('is made by agents, changed and deleted by admins, and nothing to customers', async () => {
    const made = await organization({ name: 'Acme' });
    expect(made).toMatchObject({ name: 'Acme', shared: false, version: 1 });
    for (const caller of [desk.agent, desk.customer]) {
      expect((await caller.patch(`/organizations/${made.id}`, { shared: true })).status).toBe(403);
      expect((await caller.delete(`/organizations/${made.id}`)).status).toBe(403);
    }
    for (const path of ['', `/${made.id}`]) expect((await desk.customer.get(`/organizations${path}`)).status).toBe(403);
    expect((await desk.customer.post('/organizations', { name: 'x' })).status).toBe(403);
    const changed = await desk.admin.patch(`/organizations/${made.id}`, { name: 'Acme Inc.', shared: true });
    expect(changed.body).toMatchObject({ name: 'Acme Inc.', shared: true, version: 2 });
    const headers = { 'if-match': '"1"' };
    expect((await desk.admin.delete(`/organizations/${made.id}`, { headers })).status).toBe(412);
    expect((await desk.admin.delete(`/organizations/${made.id}`)).status).toBe(204);
    expect((await desk.agent.get(`/organizations/${made.id}`)).status).toBe(404);
  });

  it('has a name of its own, whatever its case', async () => {
    const { name } = await organization();
    const { status, body } = await desk.agent.post('/organizations', { name: name.toLowerCase() });
    expect([status, body.code]).toEqual([409, 'name_taken']);
  });

  it('is listed by name, and found by a part of it', async () => {
    for (const name of ['b corp', 'A corp', 'C corp']) await organization({ name });
    const names = (await walk(desk.agent, '/organizations?limit=2&q=CORP')).map(({ name }) => name);
    expect(names).toEqual(['A corp', 'b corp', 'C corp']);
  });

  it('has customers, whom the list of users finds by it', async () => {
    const { ours, one, other } = await neighbours(false);
    const found = (await desk.agent.get(`/users?organization=${ours.id}`)).body.data;
    expect(idsOf(found).sort()).toEqual([one.id, other.id].sort());
    expect(found[0].organizationId).toBe(ours.id);
    const none = await walk(desk.agent, '/users?organization=none&limit=100');
    expect(idsOf(none)).not.toContain(one.id);
  });

  it('takes a customer in as the customer is made', async () => {
    const { id } = await organization();
    const user = { email: `made-${id}@desk.example`, name: 'Made', role: 'CUSTOMER', organizationId: id };
    expect((await desk.agent.post('/users', user)).body.organizationId).toBe(id);
  });

  it('is for customers alone, and one that exists', async () => {
    const { id } = await organization();
    const nowhere = '01a1fac5-30c5-7dac-ac30-a758dbba7229';
    for (const answer of [
      await desk.admin.patch(`/users/${desk.agent.id}`, { organizationId: id }),
      await desk.admin.patch(`/users/${desk.customer.id}`, { organizationId: nowhere }),
      await desk.admin.post('/users', { email: 'a@b.example', name: 'x', role: 'AGENT', organizationId: id }),
    ])
      expect([answer.status, answer.body.code, answer.body.field]).toEqual([
        422,
        'invalid_reference',
        'organizationId',
      ]);
  });

  it('is left by who becomes an agent, and by all when it is deleted', async () => {
    const { ours, one, other } = await neighbours(false);
    const promoted = await desk.admin.patch(`/users/${one.id}`, { role: 'AGENT' });
    expect(promoted.body).toMatchObject({ role: 'AGENT', organizationId: null });
    const before = (await desk.agent.get(`/users/${other.id}`)).body;
    await desk.admin.delete(`/organizations/${ours.id}`);
    expect((await desk.agent.get(`/users/${other.id}`)).body).toMatchObject({
      organizationId: null,
      version: before.version + 1,
    });
  });

  it('narrows tickets to those of its customers', async () => {
    const { ours, one, other } = await neighbours(false);
    const tickets = [await openTicket(one), await openTicket(other)];
    await openTicket(desk.customer);
    const { data } = (await desk.agent.get(`/tickets?organization=${ours.id}&sort=number`)).body;
    expect(idsOf(data)).toEqual(idsOf(tickets));
  });
});

describe('customers of an organization that is shared', () => {
  it('see each other’s tickets, public comments and events, and find them', async () => {
    const { one, other } = await neighbours(true);
    const ticket = await openTicket(one, { title: 'Our gamelan is out of tune' });
    const said = await reply(desk.agent, ticket.id, { body: 'Since when?' });
    const note = await reply(desk.agent, ticket.id, { body: 'He hits it', visibility: 'INTERNAL' });
    expect((await other.get(`/tickets/${ticket.id}`)).body).toMatchObject({ id: ticket.id, commentCount: 1 });
    expect(idsOf((await other.get(`/tickets/${ticket.id}/comments`)).body.data)).toEqual([said.id]);
    expect(JSON.stringify((await other.get(`/tickets/${ticket.id}/events`)).body)).not.toContain(note.id);
    for (const query of ['', '?q=gamelan', `?author=${one.id}`])
      expect(idsOf((await other.get(`/tickets${query}`)).body.data)).toEqual([ticket.id]);
    expect((await other.get('/tickets?author=me')).body.data).toEqual([]);
    expect((await other.get('/tickets?include=total')).body.meta.total).toBe(1);
    expect((await other.get('/tickets?q=hits')).body.data).toEqual([]);
  });

  it('write nothing in each other’s', async () => {
    const { one, other } = await neighbours(true);
    const ticket = await openTicket(one);
    const said = await reply(one, ticket.id, { body: 'Please.' });
    for (const answer of [
      await other.patch(`/tickets/${ticket.id}`, { status: 'RESOLVED' }),
      await other.patch(`/tickets/${ticket.id}`, { title: 'x' }),
      await other.post(`/tickets/${ticket.id}/comments`, { body: 'x' }),
      await other.post(`/tickets/${ticket.id}/comments/${said.id}/redact`),
      await other.delete(`/tickets/${ticket.id}`),
    ])
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    expect((await one.get(`/tickets/${ticket.id}`)).body.commentCount).toBe(1);
  });

  it('may follow up each other’s, as the author of what they ask', async () => {
    const { one, other } = await neighbours(true);
    const { id } = await openTicket(one);
    expect(await openTicket(other, { followUpOfId: id })).toMatchObject({ authorId: other.id, followUpOfId: id });
  });

  it('see nothing of anybody else’s', async () => {
    const { one } = await neighbours(true);
    const foreign = await neighbours(true);
    const ticket = await openTicket(foreign.one);
    for (const stranger of [one, desk.stranger])
      expect((await stranger.get(`/tickets/${ticket.id}`)).body.code).toBe('not_found');
  });

  it('see each other’s no more once it is not shared, or they have left it', async () => {
    const { ours, one, other } = await neighbours(true);
    const ticket = await openTicket(one);
    const sees = async () => (await other.get(`/tickets/${ticket.id}`)).status;
    expect(await sees()).toBe(200);
    await join(other, null);
    expect(await sees()).toBe(404);
    await join(other, ours.id);
    expect(await sees()).toBe(200);
    await desk.admin.patch(`/organizations/${ours.id}`, { shared: false });
    expect(await sees()).toBe(404);
  });
});
