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

const link = (id: string, ticketId: string, type = 'RELATED', caller = desk.agent) =>
  caller.post(`/tickets/${id}/links`, { ticketId, type });
const linksOf = async (id: string) => (await desk.agent.get(`/tickets/${id}/links`)).body.data;
const pair = async () => [await openTicket(desk.customer), await openTicket(desk.stranger)] as const;

describe('a link', () => {
  it.each([
    ['RELATED', 'OUT'],
    ['DUPLICATE_OF', 'IN'],
    ['BLOCKS', 'IN'],
  ])('%s is seen from both tickets, from the other one as %s', async (type, otherWay) => {
    const [one, other] = await pair();
    const { status, body } = await link(one.number, other.id, type);
    expect(status).toBe(201);
    const { id, number, title } = other;
    expect(body).toMatchObject({ type, direction: 'OUT', ticket: { id, number, title, status: 'OPEN' } });
    expect(await linksOf(one.id)).toEqual([body]);
    expect(await linksOf(other.id)).toEqual([
      { ...body, direction: otherWay, ticket: expect.objectContaining({ id: one.id }) },
    ]);
  });

  it('stands in both histories, for the staff alone, and moves both versions', async () => {
    const [one, other] = await pair();
    const { body } = await link(one.id, other.id, 'BLOCKS');
    await desk.agent.delete(`/tickets/${other.id}/links/${body.id}`);
    for (const [ticket, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const events = (await eventsOf(desk.agent, ticket.id)).slice(-2);
      expect(events.map(({ type, changes }) => [type, changes.link])).toEqual([
        ['LINKED', { from: null, to: `BLOCKS ${to.id}` }],
        ['UNLINKED', { from: `BLOCKS ${to.id}`, to: null }],
      ]);
      expect((await desk.agent.get(`/tickets/${ticket.id}`)).body.version).toBe(ticket.version + 2);
    }
    expect(JSON.stringify(await eventsOf(desk.customer, one.id))).not.toContain(other.id);
  });

  it('is taken away from either of its tickets, once', async () => {
    const [one, other] = await pair();
    const { body } = await link(one.id, other.id);
    expect((await desk.agent.delete(`/tickets/${other.id}/links/${body.id}`)).status).toBe(204);
    expect([await linksOf(one.id), await linksOf(other.id)]).toEqual([[], []]);
    const again = await desk.agent.delete(`/tickets/${one.id}/links/${body.id}`);
    expect([again.status, again.body.code]).toEqual([404, 'not_found']);
  });

  it('is not taken away from a third ticket', async () => {
    const [one, other] = await pair();
    const third = await openTicket(desk.agent);
    const { body } = await link(one.id, other.id);
    expect((await desk.agent.delete(`/tickets/${third.id}/links/${body.id}`)).status).toBe(404);
    expect(await linksOf(one.id)).toHaveLength(1);
  });

  it('of one type between two tickets is one, RELATED whichever way it is said', async () => {
    const [one, other] = await pair();
    await link(one.id, other.id);
    await link(one.id, other.id, 'BLOCKS');
    for (const [from, to, type] of [
      [one.id, other.id, 'RELATED'],
      [other.id, one.id, 'RELATED'],
      [one.id, other.id, 'BLOCKS'],
    ]) {
      const { status, body } = await link(from, to, type);
      expect([status, body.code]).toEqual([409, 'link_exists']);
    }
    expect((await link(other.id, one.id, 'BLOCKS')).status).toBe(201);
    expect(await linksOf(one.id)).toHaveLength(3);
  });

  it('may be made and taken away on closed tickets', async () => {
    const closed = await openTicketAs(desk.agent, 'CLOSED');
    const other = await openTicketAs(desk.agent, 'CLOSED');
    const { status, body } = await link(closed.id, other.id, 'DUPLICATE_OF');
    expect(status).toBe(201);
    expect((await desk.agent.delete(`/tickets/${closed.id}/links/${body.id}`)).status).toBe(204);
  });

  it('to a ticket that is deleted is not shown until that is restored', async () => {
    const [one, other] = await pair();
    await link(one.id, other.id);
    await desk.admin.delete(`/tickets/${other.id}`);
    expect(await linksOf(one.id)).toEqual([]);
    await desk.admin.post(`/tickets/${other.id}/restore`);
    expect(await linksOf(one.id)).toHaveLength(1);
  });

  it('leads to a ticket that exists, is not deleted and is another one', async () => {
    const [one, other] = await pair();
    await desk.admin.delete(`/tickets/${other.id}`);
    for (const id of [one.id, one.id.toUpperCase(), other.id, '01a1fac5-30c5-7dac-ac30-a758dbba7229']) {
      const { status, body } = await link(one.id, id);
      expect([status, body.code, body.field]).toEqual([422, 'invalid_reference', 'ticketId']);
    }
  });

  it.each([[{ ticketId: 'x', type: 'RELATED' }], [{ type: 'RELATED' }], [{ ticketId: 7, type: 'LIKES' }]])(
    'is refused as %j',
    async (input) => {
      const [one] = await pair();
      const { status, body } = await desk.agent.post(`/tickets/${one.id}/links`, input);
      expect([status, body.code]).toEqual([400, 'validation_failed']);
    },
  );

  it('is made once by 20 agents who make it at once, in both directions, and nobody gets a 500', async () => {
    const [one, other] = await pair();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? link(one.id, other.id) : link(other.id, one.id))),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(new Set(statuses)).toEqual(new Set([201, 409]));
    expect(await linksOf(one.id)).toHaveLength(1);
  });

  it('is one of a hundred at most', async () => {
    const hub = await openTicket(desk.agent);
    const ids: string[] = [];
    for (let index = 0; index < 101; index++) ids.push((await openTicket(desk.agent)).id);
    for (const id of ids.slice(0, 100)) expect((await link(hub.id, id)).status).toBe(201);
    const { status, body } = await link(ids[100] as string, hub.id);
    expect([status, body.code]).toEqual([409, 'too_many_links']);
  });

  it('is the staff’s to see and to make', async () => {
    const [one, other] = await pair();
    const { body } = await link(one.id, other.id);
    for (const caller of [desk.customer, desk.stranger]) {
      expect((await caller.get(`/tickets/${one.id}/links`)).status).toBe(403);
      expect((await link(one.id, other.id, 'BLOCKS', caller)).status).toBe(403);
      expect((await caller.delete(`/tickets/${one.id}/links/${body.id}`)).status).toBe(403);
    }
  });
});
