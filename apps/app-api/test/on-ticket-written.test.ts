import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connected, startSystem, until, urlOf, type System } from '@helpdeskly/testing';
import { OnTicketWritten, type WrittenTicket } from '../src/ticket-core/on-ticket-written.js';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;
let heard: { readonly tenantId: string; readonly tickets: readonly WrittenTicket[] }[];

beforeAll(async () => {
  system = await startSystem();
  desk = await openHelpdesk(system);
  const written = system.appApp.get(OnTicketWritten);
  written.listen(() => {
    throw new Error('this listener fails');
  });
  written.listen(({ id }, tickets) => heard.push({ tenantId: id, tickets }));
});

beforeEach(() => {
  heard = [];
});

afterAll(() => system?.close());

/** The tickets that the listener behind the failing one has heard of, in their order; all of this tenant. */
function told(): [string, string][] {
  expect(heard.every(({ tenantId }) => tenantId === desk.tenant.id)).toBe(true);
  return heard.flatMap(({ tickets }) => tickets).map(({ id, status }) => [id, status]);
}

const twoTickets = async (fields: object = {}) => {
  const ids: string[] = [];
  for (let i = 0; i < 2; i++) ids.push((await openTicket(desk.agent, fields)).id);
  heard = [];
  return ids.sort();
};

describe('who listens for written tickets', () => {
  it('hears of one that is opened, changed, replied to, deleted and restored, as it is then', async () => {
    const { id } = await openTicket(desk.agent);
    expect((await desk.agent.patch(`/tickets/${id}`, { status: 'RESOLVED' })).status).toBe(200);
    await reply(desk.agent, id, { body: 'More.', status: 'PENDING' });
    expect((await desk.admin.delete(`/tickets/${id}`)).status).toBe(204);
    expect((await desk.admin.post(`/tickets/${id}/restore`)).status).toBe(200);
    expect(told()).toEqual(['OPEN', 'RESOLVED', 'PENDING', 'PENDING', 'PENDING'].map((status) => [id, status]));
    const [, resolved, , deleted, restored] = heard.map(({ tickets: [ticket] }) => ticket);
    expect(resolved?.resolvedAt).toBeInstanceOf(Date);
    expect(deleted?.deletedAt).toBeInstanceOf(Date);
    expect(restored?.deletedAt).toBeNull();
  });

  it('hears of both that are linked, of all that a merge writes, and of both that a split leaves', async () => {
    const [source = '', target = ''] = await twoTickets();
    const { id: third } = await openTicket(desk.agent);
    expect((await desk.agent.post(`/tickets/${source}/links`, { ticketId: third, type: 'RELATED' })).status).toBe(201);
    const comment = await reply(desk.agent, source, { body: 'About something else.' });
    heard = [];
    const split = await desk.agent.post(`/tickets/${source}/split`, { commentIds: [comment.id], title: 'Else' });
    expect(split.status).toBe(201);
    expect(told()).toEqual(expect.arrayContaining([source, split.body.id].map((id) => [id, 'OPEN'])));
    heard = [];
    expect((await desk.agent.post(`/tickets/${source}/merge`, { intoId: target })).status).toBe(200);
    const merged = [source, target, third, split.body.id].map((id) => [id, id === source ? 'CLOSED' : 'OPEN']);
    expect(told().sort()).toEqual(merged.sort());
  });

  it('hears of all tickets that a group, an assignee, or a joined account is taken from', async () => {
    const group = (await desk.admin.post('/groups', { name: 'Second level' })).body.id;
    const ofGroup = await twoTickets({ groupId: group });
    expect((await desk.admin.delete(`/groups/${group}`)).status).toBe(204);
    expect(told().sort()).toEqual(ofGroup.map((id) => [id, 'OPEN']));
    const agent = await desk.tenant.user('AGENT');
    const assigned = await twoTickets({ assignedToId: agent.id });
    expect((await desk.admin.patch(`/users/${agent.id}`, { status: 'DISABLED' })).status).toBe(200);
    expect(told().sort()).toEqual(assigned.map((id) => [id, 'OPEN']));
    const twin = await desk.tenant.user('CUSTOMER');
    const authored = await twoTickets({ authorId: twin.id });
    expect((await desk.admin.post(`/users/${twin.id}/merge`, { intoId: desk.customer.id })).status).toBe(200);
    expect(told().sort()).toEqual(authored.map((id) => [id, 'OPEN']));
  });

  it('hears of a ticket when the database has the write, not before', async () => {
    const written = system.appApp.get(OnTicketWritten);
    const seen: Promise<string[]>[] = [];
    written.listen((_tenant, [ticket]) => {
      const read = connected(urlOf(desk.tenant.databaseName), (client) =>
        client.query<{ title: string }>('SELECT "title" FROM "Ticket" WHERE "id" = $1', [ticket?.id]),
      );
      seen.push(read.then(({ rows }) => rows.map(({ title }) => title)));
    });
    const { id } = await openTicket(desk.agent, { title: 'First' });
    await desk.agent.patch(`/tickets/${id}`, { title: 'Second' });
    await until(() => seen.length === 2);
    expect(await seen[1]).toEqual(['Second']);
    expect(await seen[0]).toHaveLength(1);
  });

  it('hears of nothing that was refused, rolled back, or there already', async () => {
    const [id = ''] = await twoTickets();
    const macro = await desk.admin.post('/macros', { name: 'Solve', shared: true, changes: { status: 'RESOLVED' } });
    expect((await desk.agent.post(`/tickets/${id}/macros/${macro.body.id}/preview`)).body.ticket.status).toBe(
      'RESOLVED',
    );
    expect((await desk.agent.patch(`/tickets/${id}`, { assignedToId: desk.customer.id })).status).toBe(422);
    expect((await desk.agent.patch(`/tickets/${id}`, { status: 'OPEN' })).status).toBe(200);
    expect(told()).toEqual([]);
  });
});
