import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const nobody = '01900000-0000-7000-8000-000000000000';
const statuses = ['OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED', 'CLOSED'];

describe('changing a ticket', () => {
  it('sets each field and moves version and time', async () => {
    const ticket = await openTicket(desk.agent, { tags: ['old'] });
    const changes = {
      title: 'New title',
      description: 'New description',
      priority: 'LOW',
      tags: ['new'],
      authorId: desk.customer.id,
      assignedToId: desk.admin.id,
      status: 'ON_HOLD',
    };
    const { status, body, headers } = await desk.agent.patch(`/tickets/${ticket.id}`, changes);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...changes, version: 2 });
    expect(headers.get('etag')).toBe('"2"');
    expect(Date.parse(body.updatedAt)).toBeGreaterThanOrEqual(Date.parse(ticket.updatedAt));
  });

  it('clears an optional field by null', async () => {
    const older = await openTicket(desk.agent);
    const ticket = await openTicket(desk.agent, { assignedToId: desk.agent.id, followUpOfId: older.id, tags: ['x'] });
    const { body } = await desk.agent.patch(`/tickets/${ticket.id}`, {
      assignedToId: null,
      followUpOfId: null,
      tags: null,
    });
    expect(body).toMatchObject({ assignedToId: null, assignedTo: null, followUpOfId: null, tags: [] });
  });

  it('to what it is already changes nothing: same version, no event', async () => {
    const ticket = await openTicket(desk.agent, { tags: ['a', 'b'], assignedToId: desk.agent.id });
    const same = {
      title: ` ${ticket.title} `,
      description: ticket.description,
      status: 'OPEN',
      priority: 'MEDIUM',
      tags: ['a', 'b'],
      assignedToId: desk.agent.id.toUpperCase(),
      authorId: ticket.authorId,
      followUpOfId: null,
    };
    for (const body of [same, {}])
      expect(await desk.agent.patch(`/tickets/${ticket.id}`, body)).toMatchObject({ status: 200, body: ticket });
    expect(await eventsOf(desk.agent, ticket.id)).toHaveLength(1);
  });

  it('with a stale If-Match is a conflict that names the current version', async () => {
    const ticket = await openTicket(desk.agent);
    await desk.agent.patch(`/tickets/${ticket.id}`, { title: 'First' });
    const { status, body } = await desk.agent.patch(
      `/tickets/${ticket.id}`,
      { title: 'Second' },
      { headers: { 'if-match': '"1"' } },
    );
    expect([status, body.code, body.currentVersion]).toEqual([412, 'version_conflict', 2]);
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body.title).toBe('First');
  });

  it('by twenty callers with the same If-Match succeeds for one', async () => {
    const ticket = await openTicket(desk.agent);
    const attempts = Array.from({ length: 20 }, (_, index) =>
      desk.agent.patch(`/tickets/${ticket.id}`, { title: `Title ${index}` }, { headers: { 'if-match': '"1"' } }),
    );
    const results = (await Promise.all(attempts)).map(({ status }) => status);
    expect(results.filter((status) => status === 200)).toHaveLength(1);
    expect(results.filter((status) => status === 412)).toHaveLength(19);
  });

  it('by twenty callers at once counts twenty versions with twenty events', async () => {
    const ticket = await openTicket(desk.agent);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => desk.agent.patch(`/tickets/${ticket.id}`, { title: `Title ${index}` })),
    );
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body.version).toBe(21);
    expect(await eventsOf(desk.agent, ticket.id)).toHaveLength(21);
  });

  it('to an unfit assignee or author is an invalid reference and changes nothing', async () => {
    const ticket = await openTicket(desk.agent);
    for (const fields of [
      { assignedToId: desk.customer.id },
      { assignedToId: nobody },
      { authorId: nobody },
      { followUpOfId: nobody },
    ]) {
      expect((await desk.agent.patch(`/tickets/${ticket.id}`, { title: 'Lost', ...fields })).body.code).toBe(
        'invalid_reference',
      );
    }
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body).toEqual(ticket);
  });

  it('to an agent who is disabled meanwhile never leaves the ticket with that agent', async () => {
    for (let round = 0; round < 8; round++) {
      const leaver = await desk.tenant.user('AGENT');
      const ticket = await openTicket(desk.agent);
      const [assigned] = await Promise.all([
        desk.agent.patch(`/tickets/${ticket.id}`, { assignedToId: leaver.id }),
        desk.admin.delete(`/users/${leaver.id}`),
      ]);
      expect([200, 422]).toContain(assigned.status);
      expect((await desk.agent.get(`/tickets/${ticket.id}`)).body.assignedToId).toBeNull();
    }
  });
});

describe('the status of a ticket', () => {
  const allowed: Record<string, string[]> = {
    OPEN: ['PENDING', 'ON_HOLD', 'RESOLVED'],
    PENDING: ['OPEN', 'ON_HOLD', 'RESOLVED'],
    ON_HOLD: ['OPEN', 'PENDING', 'RESOLVED'],
    RESOLVED: ['OPEN', 'PENDING', 'ON_HOLD', 'CLOSED'],
    CLOSED: [],
  };
  const pairs = statuses.flatMap((from) =>
    statuses.map(
      (to) =>
        [
          from,
          to,
          from === to ? 'same' : from === 'CLOSED' ? 'closed' : allowed[from]?.includes(to) ? 'moved' : 'refused',
        ] as const,
    ),
  );

  it.each(pairs)('from %s to %s is %s', async (from, to, outcome) => {
    const ticket = await openTicketAs(desk.agent, from);
    const { status, body } = await desk.agent.patch(`/tickets/${ticket.id}`, { status: to });
    if (outcome === 'same') expect([status, body]).toEqual([200, ticket]);
    if (outcome === 'moved') expect([status, body.status, body.version]).toEqual([200, to, ticket.version + 1]);
    if (outcome === 'closed') expect([status, body.code]).toEqual([409, 'ticket_closed']);
    if (outcome === 'refused')
      expect([status, body.code, body.from, body.to, body.allowed]).toEqual([
        409,
        'invalid_transition',
        from,
        to,
        allowed[from],
      ]);
  });

  it.each(statuses)('%s has the times that belong to it and no others', async (status) => {
    const ticket = await openTicketAs(desk.agent, status);
    expect(ticket.resolvedAt !== null).toBe(status === 'RESOLVED' || status === 'CLOSED');
    expect(ticket.closedAt !== null).toBe(status === 'CLOSED');
  });

  it('keeps the time of resolving through closing, and forgets it when opened again', async () => {
    const resolved = await openTicketAs(desk.agent, 'RESOLVED');
    const closed = (await desk.agent.patch(`/tickets/${resolved.id}`, { status: 'CLOSED' })).body;
    expect(closed.resolvedAt).toBe(resolved.resolvedAt);
    const other = await openTicketAs(desk.agent, 'RESOLVED');
    expect((await desk.agent.patch(`/tickets/${other.id}`, { status: 'PENDING' })).body).toMatchObject({
      resolvedAt: null,
      closedAt: null,
    });
  });

  it('RESOLVED assigns the agent who resolves a ticket that nobody has', async () => {
    const ticket = await openTicket(desk.customer);
    expect((await desk.agent.patch(`/tickets/${ticket.id}`, { status: 'RESOLVED' })).body.assignedToId).toBe(
      desk.agent.id,
    );
  });

  it('RESOLVED by a customer assigns nobody', async () => {
    const ticket = await openTicket(desk.customer);
    expect((await desk.customer.patch(`/tickets/${ticket.id}`, { status: 'RESOLVED' })).body).toMatchObject({
      status: 'RESOLVED',
      assignedToId: null,
    });
  });

  it('CLOSED refuses every other change', async () => {
    const ticket = await openTicketAs(desk.agent, 'CLOSED');
    for (const fields of [
      { title: 'x' },
      { description: 'x' },
      { priority: 'LOW' },
      { tags: ['x'] },
      { assignedToId: desk.admin.id },
      { authorId: desk.customer.id },
      { assignedToId: nobody },
    ]) {
      expect((await desk.agent.patch(`/tickets/${ticket.id}`, fields)).body.code).toBe('ticket_closed');
    }
  });
});

describe('deleting a ticket', () => {
  it('hides it everywhere until it is restored', async () => {
    const ticket = await openTicket(desk.customer, { title: 'Xylophone is out of tune' });
    expect((await desk.admin.delete(`/tickets/${ticket.id}`)).status).toBe(204);
    for (const caller of [desk.admin, desk.customer]) {
      for (const path of ['', '/comments', '/events'])
        expect((await caller.get(`/tickets/${ticket.id}${path}`)).status).toBe(404);
      expect((await caller.patch(`/tickets/${ticket.id}`, { status: 'RESOLVED' })).status).toBe(404);
      expect((await caller.post(`/tickets/${ticket.id}/comments`, { body: 'x' })).status).toBe(404);
      expect((await caller.get('/tickets?q=xylophone')).body.data).toEqual([]);
    }
    expect((await desk.admin.delete(`/tickets/${ticket.id}`)).status).toBe(404);
    expect((await desk.admin.get('/tickets?deleted=only')).body.data[0].id).toBe(ticket.id);
    const restored = await desk.admin.post(`/tickets/${ticket.id}/restore`);
    expect([restored.status, restored.body.version]).toEqual([200, 3]);
    expect((await desk.customer.get('/tickets?q=xylophone')).body.data).toHaveLength(1);
    expect((await desk.admin.get('/tickets?deleted=only')).body.data).not.toContainEqual(
      expect.objectContaining({ id: ticket.id }),
    );
  });

  it('is written into its history, as restoring is', async () => {
    const ticket = await openTicket(desk.agent);
    await desk.admin.delete(`/tickets/${ticket.id}`);
    await desk.admin.post(`/tickets/${ticket.number}/restore`);
    expect((await eventsOf(desk.agent, ticket.id)).map(({ type, actorId }) => [type, actorId])).toEqual([
      ['CREATED', desk.agent.id],
      ['DELETED', desk.admin.id],
      ['RESTORED', desk.admin.id],
    ]);
  });

  it('honours If-Match', async () => {
    const ticket = await openTicket(desk.agent);
    expect(
      (await desk.admin.delete(`/tickets/${ticket.id}`, { headers: { 'if-match': '"7"' } })).body.currentVersion,
    ).toBe(1);
    expect((await desk.admin.delete(`/tickets/${ticket.id}`, { headers: { 'if-match': '"1"' } })).status).toBe(204);
  });

  it('is possible for a closed ticket, and so is restoring it', async () => {
    const ticket = await openTicketAs(desk.agent, 'CLOSED');
    expect((await desk.admin.delete(`/tickets/${ticket.id}`)).status).toBe(204);
    expect((await desk.admin.post(`/tickets/${ticket.id}/restore`)).body.status).toBe('CLOSED');
  });

  it('leaves restoring one that is not deleted without effect', async () => {
    const ticket = await openTicket(desk.agent);
    expect(await desk.admin.post(`/tickets/${ticket.id}/restore`)).toMatchObject({ status: 200, body: ticket });
  });
});
