import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type System } from '@helpdeskly/testing';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await startSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const bulk = (ids: unknown[], changes: object, caller = desk.agent) => caller.post('/tickets/bulk', { ids, changes });

describe('a change of many tickets', () => {
  it('answers a result for each, in the order in which they were named', async () => {
    const tickets = [await openTicket(desk.customer), await openTicket(desk.stranger)];
    const { status, body } = await bulk([tickets[1].id, String(tickets[0].number)], {
      priority: 'HIGH',
      tags: ['vip'],
    });
    expect(status).toBe(200);
    expect(body.results.map(({ id, status: one }: any) => [id, one])).toEqual([
      [tickets[1].id, 200],
      [String(tickets[0].number), 200],
    ]);
    for (const { ticket } of body.results)
      expect(ticket).toMatchObject({ priority: 'HIGH', tags: ['vip'], version: 2 });
    expect((await eventsOf(desk.agent, tickets[0].id)).at(-1)).toMatchObject({
      type: 'UPDATED',
      actorId: desk.agent.id,
      changes: { priority: { from: 'MEDIUM', to: 'HIGH' } },
    });
  });

  it('is refused for one without touching the others', async () => {
    const open = await openTicket(desk.customer);
    const closed = await openTicketAs(desk.agent, 'CLOSED');
    const missing = '01a1fac5-30c5-7dac-ac30-a758dbba7229';
    const { status, body } = await bulk([closed.id, missing, open.id], { status: 'RESOLVED' });
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { id: closed.id, status: 409, problem: { code: 'ticket_closed', status: 409 } },
      { id: missing, status: 404, problem: { code: 'not_found' } },
      { id: open.id, status: 200, ticket: { status: 'RESOLVED', assignedToId: desk.agent.id } },
    ]);
    expect(body.results[0].ticket).toBeUndefined();
    expect((await desk.agent.get(`/tickets/${closed.id}`)).body.version).toBe(closed.version);
  });

  it('by a reference that is not there is refused for each', async () => {
    const ticket = await openTicket(desk.customer);
    const { body } = await bulk([ticket.id], { assignedToId: desk.customer.id });
    expect(body.results).toMatchObject([
      { status: 422, problem: { code: 'invalid_reference', field: 'assignedToId' } },
    ]);
  });

  it('counts a ticket once that is named twice', async () => {
    const { id } = await openTicket(desk.customer);
    expect((await bulk([id, id], { priority: 'LOW' })).body.results).toHaveLength(1);
  });

  it('takes a hundred', async () => {
    const tickets = await Promise.all(Array.from({ length: 100 }, () => openTicket(desk.customer)));
    const { body } = await bulk(
      tickets.map(({ id }) => id),
      { status: 'PENDING', assignedToId: desk.agent.id },
    );
    expect(body.results.map(({ ticket }: any) => ticket?.status)).toEqual(Array(100).fill('PENDING'));
  });

  it.each<[string, object, string[]]>([
    ['no ids', { ids: [], changes: {} }, ['ids']],
    ['101 ids', { ids: Array.from({ length: 101 }, (_, at) => String(at + 1)), changes: {} }, ['ids']],
    ['an id that is none', { ids: ['x'], changes: {} }, ['ids']],
    ['no changes', { ids: ['1'] }, ['changes']],
    ['a wrong change', { ids: ['1'], changes: { priority: 'PRESSING' } }, ['changes.priority']],
    ['an unknown change', { ids: ['1'], changes: { colour: 'red' } }, ['changes.colour']],
  ])('with %s is answered 400', async (_, input, fields) => {
    const { status, body } = await desk.agent.post('/tickets/bulk', input);
    expect([status, body.errors?.map(({ field }: any) => field)]).toEqual([400, fields]);
  });

  it('is not for customers', async () => {
    const { id } = await openTicket(desk.customer);
    expect((await bulk([id], { status: 'RESOLVED' }, desk.customer)).status).toBe(403);
  });
});
