import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { eventsOf, openHelpdesk, openTicket, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

async function made(path: string, body: object): Promise<any> {
  const answer = await desk.admin.post(path, body);
  expect([answer.status, answer.body.code]).toEqual([201, undefined]);
  return answer.body;
}

const group = () => made('/groups', { name: `Second level ${++count}` });
const gone = async (path: string, id: string) => expect((await desk.admin.delete(`${path}/${id}`)).status).toBe(204);
const read = async (path: string) => (await desk.agent.get(path)).body;

describe('an event that names a group', () => {
  it('says what it was called then, also when it is renamed or deleted', async () => {
    const { id, name } = await group();
    const ticket = await openTicket(desk.agent, { authorId: desk.customer.id, groupId: id });
    const other = await group();
    await desk.agent.patch(`/tickets/${ticket.id}`, { groupId: other.id });
    await desk.admin.patch(`/groups/${other.id}`, { name: `Renamed ${count}` });
    await gone('/groups', other.id);
    await gone('/groups', id);
    const events = await eventsOf(desk.agent, ticket.id);
    expect(events.map(({ names }) => names)).toEqual([
      { [id]: name },
      { [id]: name, [other.id]: other.name },
      { [other.id]: `Renamed ${count}` },
    ]);
    expect(JSON.stringify(await eventsOf(desk.customer, ticket.id))).not.toContain(name);
  });
});

describe('a macro that names something that is gone', () => {
  it('says what by name, in lists too, and so does its refusal', async () => {
    const { id, name } = await group();
    const macro = await made('/macros', { name: 'Pass on', shared: true, changes: { groupId: id } });
    expect(macro.missing).toEqual([]);
    await gone('/groups', id);
    const missing = [{ field: 'changes.groupId', value: id, name, reason: 'DELETED' }];
    expect((await read(`/macros/${macro.id}`)).missing).toEqual(missing);
    const { data } = await read('/macros?q=Pass on');
    expect(data.find((each: any) => each.id === macro.id).missing).toEqual(missing);
    const ticket = await openTicket(desk.agent);
    const { status, body } = await desk.agent.post(`/tickets/${ticket.id}/macros/${macro.id}/apply`);
    expect([status, body.code, body.field]).toEqual([422, 'invalid_reference', 'groupId']);
    expect(body.detail).toContain(name);
  });

  it('says so of an assignee who was disabled, or is no agent any more', async () => {
    const [disabled, demoted] = [await desk.tenant.user('AGENT', 'Dora'), await desk.tenant.user('AGENT', 'Emil')];
    const macros = [];
    for (const { id } of [disabled, demoted])
      macros.push(await made('/macros', { name: 'Hand over', changes: { assignedToId: id } }));
    await gone('/users', disabled.id);
    await desk.admin.patch(`/users/${demoted.id}`, { role: 'CUSTOMER' });
    const missing = await Promise.all(
      macros.map(async ({ id }) => (await desk.admin.get(`/macros/${id}`)).body.missing[0]),
    );
    expect(missing).toMatchObject([
      { field: 'changes.assignedToId', name: 'Dora', reason: 'DISABLED' },
      { field: 'changes.assignedToId', name: 'Emil', reason: 'NOT_STAFF' },
    ]);
    const ticket = await openTicket(desk.agent);
    const { body } = await desk.admin.post(`/tickets/${ticket.id}/macros/${macros[0].id}/apply`);
    expect(body.detail).toContain('Dora');
  });

  it('says nothing of what a macro does not name', async () => {
    const { missing } = await made('/macros', { name: 'Mine', changes: { assignToMe: true, priority: 'LOW' } });
    expect(missing).toEqual([]);
  });
});

describe('a view whose filters name something that is gone', () => {
  it('says what by name, beside its tickets too', async () => {
    const { id: groupId, name: groupName } = await group();
    const org = await made('/organizations', { name: `Org ${++count}` });
    const agent = await desk.tenant.user('AGENT', 'Fred');
    const tag = `tag-${++count}`;
    const ticket = await openTicket(desk.agent, { tags: [tag] });
    const filters = { group: groupId, organization: org.id, assignedTo: agent.id, author: desk.customer.id, tag };
    const view = await made('/views', { name: 'Gone', shared: true, filters });
    expect(view.missing).toEqual([]);
    await gone('/groups', groupId);
    await gone('/organizations', org.id);
    await gone('/users', agent.id);
    await gone('/tickets', ticket.id);
    const missing = [
      { field: 'filters.group', value: groupId, name: groupName, reason: 'DELETED' },
      { field: 'filters.organization', value: org.id, name: org.name, reason: 'DELETED' },
      { field: 'filters.assignedTo', value: agent.id, name: 'Fred', reason: 'DISABLED' },
      { field: 'filters.tag', value: tag, name: tag, reason: 'UNUSED' },
    ];
    expect((await read(`/views/${view.id}`)).missing).toEqual(missing);
    const { data, meta } = await read(`/views/${view.id}/tickets`);
    expect([data, meta.missing]).toEqual([[], missing]);
    const listed = await read('/views?limit=100');
    expect(listed.data.find(({ id }: any) => id === view.id).missing).toEqual(missing);
  });

  it('says nothing of `me`, `none` and `mine`, nor of what is there', async () => {
    const { id } = await group();
    const filters = { assignedTo: 'me', group: 'mine', participant: desk.agent.id };
    const view = await made('/views', { name: 'Here', filters });
    const other = await made('/views', { name: 'There', filters: { assignedTo: 'none', group: id } });
    expect([view.missing, other.missing]).toEqual([[], []]);
    expect((await desk.admin.get(`/views/${view.id}/tickets`)).body.meta.missing).toEqual([]);
  });
});
