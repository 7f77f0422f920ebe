import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System, type TestTenant } from '@helpdeskly/testing';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, reply, walk, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;
let colleague: TestTenant['admin'];
let count = 0;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
  colleague = await desk.tenant.user('AGENT', 'Cole Colleague');
});

afterAll(() => system?.close());

/** A group of these users. */
async function group(...members: { id: string }[]): Promise<any> {
  const { status, body } = await desk.admin.post('/groups', { name: `Group ${++count}` });
  expect(status).toBe(201);
  for (const { id } of members) expect((await desk.admin.put(`/groups/${body.id}/members/${id}`)).status).toBe(204);
  return (await desk.admin.get(`/groups/${body.id}`)).body;
}

const change = (id: string, fields: object) => desk.agent.patch(`/tickets/${id}`, fields);
const read = async (id: string) => (await desk.agent.get(`/tickets/${id}`)).body;
const idsOf = (rows: any[]) => rows.map(({ id }) => id);

describe('a group', () => {
  it('is made, read, renamed and deleted by admins, and read by agents', async () => {
    const { status, body, headers } = await desk.admin.post('/groups', { name: 'Second Level' });
    expect([status, headers.get('location')]).toEqual([201, `/api/v1/groups/${body.id}`]);
    expect(body).toMatchObject({ name: 'Second Level', memberCount: 0, version: 1 });
    expect((await desk.agent.get(`/groups/${body.id}`)).body).toEqual(body);
    const renamed = await desk.admin.patch(`/groups/${body.id}`, { name: 'Third Level' });
    expect(renamed.body).toMatchObject({ name: 'Third Level', version: 2 });
    expect((await desk.admin.delete(`/groups/${body.id}`)).status).toBe(204);
    expect((await desk.agent.get(`/groups/${body.id}`)).body.code).toBe('not_found');
  });

  it('has a name of its own, whatever its case', async () => {
    const { name } = await group();
    const other = await group();
    for (const answer of [
      await desk.admin.post('/groups', { name: name.toUpperCase() }),
      await desk.admin.patch(`/groups/${other.id}`, { name: name.toUpperCase() }),
    ])
      expect([answer.status, answer.body.code]).toEqual([409, 'name_taken']);
    expect((await desk.admin.patch(`/groups/${other.id}`, { name: other.name.toUpperCase() })).status).toBe(200);
  });

  it('is changed when it is as it was read', async () => {
    const { id } = await group();
    await desk.admin.patch(`/groups/${id}`, { name: `Renamed ${id}` });
    const headers = { 'if-match': '"1"' };
    expect((await desk.admin.patch(`/groups/${id}`, { name: 'late' }, { headers })).status).toBe(412);
    expect((await desk.admin.delete(`/groups/${id}`, { headers })).status).toBe(412);
  });

  it('is listed by name, page by page, and found by a part of it', async () => {
    for (const name of ['zeta line', 'Alpha line', 'beta LINE']) await desk.admin.post('/groups', { name });
    const names = (await walk(desk.agent, '/groups?limit=1&q=line')).map(({ name }) => name);
    expect(names).toEqual(['Alpha line', 'beta LINE', 'zeta line']);
    expect((await desk.agent.get('/groups?q=line&include=total')).body.meta.total).toBe(3);
    expect((await desk.agent.get('/groups?q=%25')).body.data).toEqual([]);
  });

  it('has agents and admins who are not disabled as members, each once', async () => {
    const { id } = await group(desk.agent, desk.agent, desk.admin);
    const members = await walk(desk.agent, `/groups/${id}/members?limit=1`);
    expect(idsOf(members).sort()).toEqual([desk.agent.id, desk.admin.id].sort());
    expect((await desk.agent.get(`/groups/${id}`)).body.memberCount).toBe(2);
    const gone = await desk.tenant.user('AGENT');
    await desk.admin.delete(`/users/${gone.id}`);
    for (const userId of [desk.customer.id, gone.id, '01a1fac5-30c5-7dac-ac30-a758dbba7229', 'x']) {
      const { status, body } = await desk.admin.put(`/groups/${id}/members/${userId}`);
      expect([status, body.code, body.field]).toEqual([422, 'invalid_reference', 'userId']);
    }
    expect((await desk.admin.delete(`/groups/${id}/members/${colleague.id}`)).status).toBe(404);
  });

  it.each([[{}], [{ name: '' }], [{ name: 7 }], [{ name: 'x', members: [] }]])('is refused as %j', async (input) => {
    expect((await desk.admin.post('/groups', input)).body.code).toBe('validation_failed');
  });

  it('is for admins to change, for agents to see, and nothing to customers', async () => {
    const { id } = await group();
    for (const [caller, reads] of [
      [desk.agent, 200],
      [desk.customer, 403],
    ] as const) {
      expect((await caller.get('/groups')).status).toBe(reads);
      expect((await caller.get(`/groups/${id}`)).status).toBe(reads);
      expect((await caller.get(`/groups/${id}/members`)).status).toBe(reads);
      expect((await caller.post('/groups', { name: 'x' })).status).toBe(403);
      expect((await caller.patch(`/groups/${id}`, { name: 'x' })).status).toBe(403);
      expect((await caller.delete(`/groups/${id}`)).status).toBe(403);
      expect((await caller.put(`/groups/${id}/members/${desk.agent.id}`)).status).toBe(403);
      expect((await caller.delete(`/groups/${id}/members/${desk.agent.id}`)).status).toBe(403);
    }
  });
});

describe('a ticket of a group', () => {
  it('is opened for it, and with one of its members', async () => {
    const { id } = await group(colleague);
    expect(await openTicket(desk.agent, { groupId: id })).toMatchObject({ groupId: id, assignedToId: null });
    const ticket = await openTicket(desk.agent, { groupId: id, assignedToId: colleague.id });
    expect(ticket).toMatchObject({ groupId: id, assignedToId: colleague.id });
    expect((await eventsOf(desk.agent, ticket.id))[0].changes.groupId).toEqual({ from: null, to: id });
  });

  it('is given to no agent who is not a member', async () => {
    const { id } = await group(colleague);
    const ticket = await openTicket(desk.agent, { groupId: id });
    for (const answer of [
      await change(ticket.id, { assignedToId: desk.agent.id }),
      await desk.agent.post('/tickets', { title: 'x', description: 'x', groupId: id, assignedToId: desk.agent.id }),
    ])
      expect([answer.status, answer.body.code, answer.body.field]).toEqual([422, 'invalid_reference', 'assignedToId']);
    expect(await read(ticket.id)).toEqual(ticket);
  });

  it('loses an agent who is not in the group that it moves to, in the same event', async () => {
    const { id } = await group(colleague);
    const ticket = await openTicket(desk.agent, { assignedToId: desk.agent.id });
    expect((await change(ticket.id, { groupId: id })).body).toMatchObject({ groupId: id, assignedToId: null });
    expect((await eventsOf(desk.agent, ticket.id)).at(-1).changes).toEqual({
      groupId: { from: null, to: id },
      assignedToId: { from: desk.agent.id, to: null },
    });
  });

  it('keeps an agent who is in both groups, and one when it leaves its group', async () => {
    const [one, other] = [await group(colleague), await group(colleague)];
    const ticket = await openTicket(desk.agent, { groupId: one.id, assignedToId: colleague.id });
    for (const groupId of [other.id, null])
      expect((await change(ticket.id, { groupId })).body).toMatchObject({ groupId, assignedToId: colleague.id });
  });

  it('is not assigned to the resolver who is no member', async () => {
    const { id } = await group(colleague);
    for (const resolve of [
      (ticket: any) => change(ticket.id, { status: 'RESOLVED' }),
      (ticket: any) => reply(desk.agent, ticket.id, { body: 'Done.', status: 'RESOLVED' }),
    ]) {
      const ticket = await openTicket(desk.agent, { groupId: id });
      await resolve(ticket);
      expect(await read(ticket.id)).toMatchObject({ status: 'RESOLVED', assignedToId: null });
      expect((await eventsOf(desk.agent, ticket.id)).at(-1).changes).not.toHaveProperty('assignedToId');
    }
    const opened = await openTicket(desk.agent, { groupId: id, status: 'RESOLVED' });
    expect(opened).toMatchObject({ status: 'RESOLVED', assignedToId: null });
  });

  it('names a group that exists', async () => {
    const ticket = await openTicket(desk.agent);
    const { status, body } = await change(ticket.id, { groupId: '01a1fac5-30c5-7dac-ac30-a758dbba7229' });
    expect([status, body.code, body.field]).toEqual([422, 'invalid_reference', 'groupId']);
    expect((await change(ticket.id, { groupId: 'x' })).body.code).toBe('validation_failed');
  });

  it('is found by its group, by the caller’s groups, and by none', async () => {
    const agent = await desk.tenant.user('AGENT');
    const [one, other] = [await group(agent), await group()];
    const [a, b] = [
      await openTicket(desk.agent, { groupId: one.id }),
      await openTicket(desk.agent, { groupId: other.id }),
    ];
    const free = await openTicket(desk.agent);
    const list = async (query: string) => idsOf((await agent.get(`/tickets?limit=100&${query}`)).body.data);
    expect(await list(`group=${one.id}`)).toEqual([a.id]);
    expect(await list('group=mine')).toEqual([a.id]);
    expect(await list(`group=${other.id}`)).toEqual([b.id]);
    const none = await list('group=none');
    expect([none.includes(free.id), none.includes(a.id)]).toEqual([true, false]);
    expect((await agent.get('/tickets?group=x')).status).toBe(400);
    const { body: view } = await agent.post('/views', { name: 'My groups', filters: { group: 'mine' } });
    expect((await agent.get(`/views/${view.id}/tickets`)).body.data.map(({ id }: any) => id)).toEqual([a.id]);
  });

  it('loses an agent who leaves the group, with an event, unless it is resolved', async () => {
    const { id } = await group(colleague);
    const fields = { groupId: id, assignedToId: colleague.id };
    const open = await openTicketAs(desk.agent, 'PENDING', fields);
    const resolved = await openTicketAs(desk.agent, 'RESOLVED', fields);
    const elsewhere = await openTicket(desk.agent, { assignedToId: colleague.id });
    expect((await desk.admin.delete(`/groups/${id}/members/${colleague.id}`)).status).toBe(204);
    expect(await read(open.id)).toMatchObject({ groupId: id, assignedToId: null, version: open.version + 1 });
    expect((await eventsOf(desk.agent, open.id)).at(-1)).toMatchObject({
      type: 'UPDATED',
      actorId: desk.admin.id,
      changes: { assignedToId: { from: colleague.id, to: null } },
    });
    expect([await read(resolved.id), await read(elsewhere.id)]).toEqual([resolved, elsewhere]);
  });

  it('opened again has no agent who left meanwhile: the group, or the helpdesk', async () => {
    const gone = await desk.tenant.user('AGENT');
    const { id: groupId } = await group(desk.agent, colleague, gone);
    const resolved = async (assignedToId: string, fields: object = {}) =>
      (await openTicketAs(desk.agent, 'RESOLVED', { assignedToId, ...fields })).id;
    const [left, disabled, kept] = [
      await resolved(colleague.id, { groupId }),
      await resolved(gone.id, { authorId: desk.customer.id }),
      await resolved(desk.agent.id, { groupId }),
    ];
    await desk.admin.delete(`/groups/${groupId}/members/${colleague.id}`);
    await desk.admin.delete(`/users/${gone.id}`);
    expect((await change(left, { status: 'PENDING' })).body).toMatchObject({ assignedToId: null, groupId });
    await reply(desk.customer, disabled, { body: 'It is broken again.' });
    expect((await change(kept, { status: 'OPEN' })).body.assignedToId).toBe(desk.agent.id);
    for (const [id, assignee] of [
      [left, colleague],
      [disabled, gone],
    ] as const) {
      const { changes } = (await eventsOf(desk.agent, id)).at(-1);
      expect(changes).toMatchObject({
        status: { from: 'RESOLVED' },
        assignedToId: { from: assignee.id, to: null },
      });
    }
  });

  it('is not opened again for an agent, named once more, who is gone', async () => {
    const gone = await desk.tenant.user('AGENT');
    const { id } = await openTicketAs(desk.agent, 'RESOLVED', { assignedToId: gone.id });
    await desk.admin.delete(`/users/${gone.id}`);
    const answer = await change(id, { status: 'OPEN', assignedToId: gone.id });
    expect([answer.status, answer.body.field]).toEqual([422, 'assignedToId']);
    expect((await read(id)).status).toBe('RESOLVED');
  });

  it('belongs to none when the group is deleted, with an event, whatever its status', async () => {
    const { id } = await group();
    const tickets = [
      await openTicketAs(desk.agent, 'OPEN', { groupId: id }),
      await openTicketAs(desk.agent, 'CLOSED', { groupId: id }),
    ];
    await desk.admin.delete(`/groups/${id}`);
    for (const ticket of tickets) {
      expect(await read(ticket.id)).toMatchObject({ groupId: null, version: ticket.version + 1 });
      expect((await eventsOf(desk.agent, ticket.id)).at(-1).changes).toEqual({ groupId: { from: id, to: null } });
    }
  });

  it('is never left with an agent who left the group at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const { id } = await group(colleague);
      const ticket = await openTicket(desk.agent, { groupId: id });
      const [assigned, left] = await Promise.all([
        change(ticket.id, { assignedToId: colleague.id }),
        desk.admin.delete(`/groups/${id}/members/${colleague.id}`),
      ]);
      expect(left.status).toBe(204);
      expect([200, 422]).toContain(assigned.status);
      expect((await read(ticket.id)).assignedToId).toBeNull();
    }
  });

  it('is not a customer’s to choose', async () => {
    const { id } = await group();
    const { status, body } = await desk.customer.post('/tickets', { title: 'x', description: 'x', groupId: id });
    expect([status, body.code]).toEqual([403, 'forbidden']);
    const ticket = await openTicket(desk.customer);
    expect((await desk.customer.patch(`/tickets/${ticket.id}`, { groupId: id })).status).toBe(403);
  });

  it('keeps no member who becomes a customer', async () => {
    const agent = await desk.tenant.user('AGENT');
    const { id } = await group(agent);
    await desk.admin.patch(`/users/${agent.id}`, { role: 'CUSTOMER' });
    expect((await desk.admin.get(`/groups/${id}`)).body.memberCount).toBe(0);
  });
});
