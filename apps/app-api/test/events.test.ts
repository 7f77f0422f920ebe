import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { eventsOf, openHelpdesk, openTicket, reply, walk, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

describe("a ticket's history", () => {
  it('begins with its creation and what it was created with', async () => {
    const ticket = await openTicket(desk.agent, { authorId: desk.customer.id, priority: 'HIGH', tags: ['vip'] });
    expect(await eventsOf(desk.agent, ticket.id)).toEqual([
      {
        id: expect.any(String),
        type: 'CREATED',
        actorId: desk.agent.id,
        actor: { id: desk.agent.id, name: 'Anna Agent', email: desk.agent.email, role: 'AGENT' },
        changes: {
          title: { from: null, to: ticket.title },
          status: { from: null, to: 'OPEN' },
          priority: { from: null, to: 'HIGH' },
          tags: { from: null, to: ['vip'] },
          authorId: { from: null, to: desk.customer.id },
        },
        createdAt: ticket.createdAt,
      },
    ]);
  });

  it('has one event for each write, with every field before and after', async () => {
    const ticket = await openTicket(desk.agent);
    await desk.agent.patch(`/tickets/${ticket.id}`, {
      title: 'New',
      description: 'Longer',
      priority: 'LOW',
      tags: ['a'],
      status: 'RESOLVED',
    });
    await desk.admin.patch(`/tickets/${ticket.id}`, { assignedToId: null });
    expect((await eventsOf(desk.agent, ticket.id)).slice(1)).toMatchObject([
      {
        type: 'UPDATED',
        actorId: desk.agent.id,
        changes: {
          title: { from: ticket.title, to: 'New' },
          description: { from: ticket.description, to: 'Longer' },
          priority: { from: 'MEDIUM', to: 'LOW' },
          tags: { from: [], to: ['a'] },
          status: { from: 'OPEN', to: 'RESOLVED' },
          assignedToId: { from: null, to: desk.agent.id },
        },
      },
      { type: 'UPDATED', actorId: desk.admin.id, changes: { assignedToId: { from: desk.agent.id, to: null } } },
    ]);
  });

  it('has none for a write that was refused', async () => {
    const ticket = await openTicket(desk.agent);
    await desk.agent.patch(`/tickets/${ticket.id}`, { title: 'x', status: 'CLOSED' });
    await desk.agent.patch(`/tickets/${ticket.id}`, { title: 'x', assignedToId: desk.customer.id });
    expect(await eventsOf(desk.agent, ticket.id)).toHaveLength(1);
  });

  it("dates each event with its write's time", async () => {
    const ticket = await openTicket(desk.agent);
    const changed = (await desk.agent.patch(`/tickets/${ticket.id}`, { title: 'x' })).body;
    expect((await eventsOf(desk.agent, ticket.id)).at(-1)?.createdAt).toBe(changed.updatedAt);
  });

  it('hides internal comments from the customer, and shows the status that came with one', async () => {
    const ticket = await openTicket(desk.customer);
    const note = await reply(desk.agent, ticket.id, {
      body: 'Known defect.',
      visibility: 'INTERNAL',
      status: 'ON_HOLD',
    });
    await reply(desk.agent, ticket.id, { body: 'Vendor is slow.', visibility: 'INTERNAL' });
    const seen = await eventsOf(desk.customer, ticket.id);
    expect(seen.map(({ type, changes }) => [type, Object.keys(changes)])).toEqual([
      ['CREATED', ['title', 'status', 'authorId']],
      ['UPDATED', ['status']],
    ]);
    expect(JSON.stringify(seen)).not.toContain(note.id);
    expect((await desk.customer.get(`/tickets/${ticket.id}/events?include=total`)).body.meta.total).toBe(2);
    expect((await eventsOf(desk.agent, ticket.id)).map(({ type }) => type)).toEqual([
      'CREATED',
      'COMMENTED',
      'UPDATED',
      'COMMENTED',
    ]);
  });

  it('is walked page by page, oldest first', async () => {
    const ticket = await openTicket(desk.agent);
    for (let index = 0; index < 8; index++)
      await desk.agent.patch(`/tickets/${ticket.id}`, { title: `Title ${index}` });
    const events = await walk(desk.agent, `/tickets/${ticket.id}/events?limit=3`);
    expect(events.map(({ changes }) => changes.title.to)).toEqual([
      ticket.title,
      ...Array.from({ length: 8 }, (_, index) => `Title ${index}`),
    ]);
  });

  it('tells who lost a ticket when an agent is disabled', async () => {
    const leaver = await desk.tenant.user('AGENT', 'Leaving Agent');
    const [open, resolved] = [
      await openTicket(desk.agent, { assignedToId: leaver.id }),
      await openTicket(desk.agent, { assignedToId: leaver.id, status: 'RESOLVED' }),
    ];
    expect((await desk.admin.delete(`/users/${leaver.id}`)).status).toBe(204);
    expect((await desk.agent.get(`/tickets/${open.id}`)).body).toMatchObject({ assignedToId: null, version: 2 });
    expect((await eventsOf(desk.agent, open.id)).at(-1)).toMatchObject({
      type: 'UPDATED',
      actorId: desk.admin.id,
      changes: { assignedToId: { from: leaver.id, to: null } },
    });
    expect((await desk.agent.get(`/tickets/${resolved.id}`)).body).toMatchObject({
      assignedToId: leaver.id,
      version: 1,
    });
  });

  it('is never written to by a client', async () => {
    const ticket = await openTicket(desk.admin);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect((await desk.admin.send(method, `/tickets/${ticket.id}/events`, {})).body.code).toBe('route_not_found');
    }
  });
});
