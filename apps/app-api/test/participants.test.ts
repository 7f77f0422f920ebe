import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { inDatabase } from './people.js';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, reply, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const add = (ticket: string, { id }: { id: string }, by = desk.agent) =>
  by.put(`/tickets/${ticket}/participants/${id}`);
const remove = (ticket: string, { id }: { id: string }, by = desk.agent) =>
  by.delete(`/tickets/${ticket}/participants/${id}`);
const listed = async (ticket: string, by = desk.agent) =>
  (await by.get(`/tickets/${ticket}/participants`)).body.data.map(({ role, user }: any) => [role, user.id]);

describe('an agent who follows a ticket', () => {
  it('is listed, once, and finds the tickets that are followed', async () => {
    const agent = await desk.tenant.user('AGENT');
    const ticket = await openTicket(desk.customer);
    for (let time = 0; time < 2; time++) expect((await add(ticket.number, agent, agent)).status).toBe(204);
    expect(await listed(ticket.id)).toEqual([['FOLLOWER', agent.id]]);
    const { data } = (await agent.get('/tickets?participant=me')).body;
    expect(data.map(({ id }: any) => id)).toEqual([ticket.id]);
    expect((await desk.agent.get(`/tickets?participant=${agent.id}`)).body.data).toHaveLength(1);
    expect((await remove(ticket.id, agent)).status).toBe(204);
    expect(await listed(ticket.id)).toEqual([]);
  });

  it('is nobody that a customer hears of', async () => {
    const ticket = await openTicket(desk.customer);
    await add(ticket.id, desk.admin);
    expect(await listed(ticket.id, desk.customer)).toEqual([]);
    expect(JSON.stringify(await eventsOf(desk.customer, ticket.id))).not.toContain(desk.admin.id);
    expect((await eventsOf(desk.agent, ticket.id)).at(-1)).toMatchObject({
      type: 'UPDATED',
      actorId: desk.agent.id,
      changes: { followerId: { from: null, to: desk.admin.id } },
    });
  });

  it('is nobody whose tickets a customer finds', async () => {
    const ticket = await openTicket(desk.customer);
    await add(ticket.id, desk.admin);
    await add(ticket.id, desk.stranger);
    const found = async (id: string) =>
      (await desk.customer.get(`/tickets?include=total&participant=${id}`)).body.meta.total;
    expect([await found(desk.admin.id), await found(desk.stranger.id)]).toEqual([0, 1]);
  });
});

describe('a customer who is let into a ticket', () => {
  it('reads what is public in it, and replies', async () => {
    const ticket = await openTicketAs(desk.agent, 'PENDING', {
      authorId: desk.customer.id,
      title: 'My ocarina is mute',
    });
    const note = await reply(desk.agent, ticket.id, { body: 'he sat on it', visibility: 'INTERNAL' });
    const guest = await desk.tenant.user('CUSTOMER');
    expect((await guest.get(`/tickets/${ticket.id}`)).status).toBe(404);
    await add(ticket.id, guest);
    expect((await guest.get(`/tickets/${ticket.id}`)).body).toMatchObject({ id: ticket.id, commentCount: 0 });
    expect((await guest.get('/tickets?q=ocarina')).body.data).toHaveLength(1);
    expect(await listed(ticket.id, guest)).toEqual([['CC', guest.id]]);
    expect(JSON.stringify((await guest.get(`/tickets/${ticket.id}/comments`)).body)).not.toContain(note.id);
    expect((await guest.post(`/tickets/${ticket.id}/comments`, { body: 'I heard it' })).status).toBe(201);
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body.status).toBe('OPEN');
  });

  it('changes nothing in it, and writes nothing internal', async () => {
    const ticket = await openTicket(desk.customer);
    await add(ticket.id, desk.stranger);
    for (const answer of [
      await desk.stranger.patch(`/tickets/${ticket.id}`, { status: 'RESOLVED' }),
      await desk.stranger.post(`/tickets/${ticket.id}/comments`, { body: 'x', status: 'RESOLVED' }),
      await desk.stranger.post(`/tickets/${ticket.id}/comments`, { body: 'x', visibility: 'INTERNAL' }),
      await add(ticket.id, desk.admin, desk.stranger),
      await remove(ticket.id, desk.stranger, desk.stranger),
    ])
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  });

  it('sees nothing more once that is taken back', async () => {
    const ticket = await openTicket(desk.customer);
    await add(ticket.id, desk.stranger);
    await remove(ticket.id, desk.stranger);
    for (const path of ['', '/comments', '/events', '/participants'])
      expect((await desk.stranger.get(`/tickets/${ticket.id}${path}`)).status).toBe(404);
    expect((await eventsOf(desk.customer, ticket.id)).map(({ changes }) => changes.ccId)).toEqual([
      undefined,
      { from: null, to: desk.stranger.id },
      { from: desk.stranger.id, to: null },
    ]);
  });

  it('is not whoever followed it as an agent before', async () => {
    const agent = await desk.tenant.user('AGENT');
    const ticket = await openTicket(desk.customer);
    await add(ticket.id, agent);
    await desk.admin.patch(`/users/${agent.id}`, { role: 'CUSTOMER' });
    const demoted = await desk.tenant.signIn(agent.email);
    expect((await demoted.get(`/tickets/${ticket.id}`)).status).toBe(404);
  });

  it('is whoever followed it as an agent before, once let in', async () => {
    const agent = await desk.tenant.user('AGENT');
    const ticket = await openTicket(desk.customer);
    await add(ticket.id, agent);
    await desk.admin.patch(`/users/${agent.id}`, { role: 'CUSTOMER' });
    const demoted = await desk.tenant.signIn(agent.email);
    expect((await add(ticket.id, demoted)).status).toBe(204);
    expect(await listed(ticket.id)).toEqual([['CC', agent.id]]);
    expect((await demoted.get(`/tickets/${ticket.id}`)).status).toBe(200);
  });

  it('follows it, once an agent and let take part again', async () => {
    const guest = await desk.tenant.user('CUSTOMER');
    const ticket = await openTicket(desk.customer);
    await add(ticket.id, guest);
    await desk.admin.patch(`/users/${guest.id}`, { role: 'AGENT' });
    await add(ticket.id, guest);
    expect(await listed(ticket.id)).toEqual([['FOLLOWER', guest.id]]);
    expect((await eventsOf(desk.agent, ticket.id)).slice(-2).map(({ changes }) => changes)).toEqual([
      { ccId: { from: guest.id, to: null } },
      { followerId: { from: null, to: guest.id } },
    ]);
    expect(await listed(ticket.id, desk.customer)).toEqual([]);
  });
});

describe('taking part', () => {
  it('moves the version, and is possible when the ticket is closed', async () => {
    const ticket = await openTicketAs(desk.agent, 'CLOSED');
    await add(ticket.id, desk.admin);
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body.version).toBe(ticket.version + 1);
    await add(ticket.id, desk.admin);
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body.version).toBe(ticket.version + 1);
  });

  it('is for a hundred, who may be let in again', async () => {
    const { tenant, agent, customer } = desk;
    const ticket = await openTicket(customer);
    await add(ticket.id, agent);
    await inDatabase(
      tenant,
      `WITH crowd AS (
         INSERT INTO "User" ("email", "emailKey", "name", "role", "status", "updatedAt")
         SELECT e, e, 'One of many', 'CUSTOMER', 'INVITED', now() FROM generate_series(1, 99) n, LATERAL (SELECT n || '@crowd.example') AS m (e)
         RETURNING "id"
       )
       INSERT INTO "TicketParticipant" ("ticketId", "userId", "role") SELECT $1::uuid, "id", 'CC' FROM crowd`,
      [ticket.id],
    );
    expect((await add(ticket.id, agent)).status).toBe(204);
    const { status, body } = await add(ticket.id, desk.admin);
    expect([status, body.code]).toEqual([409, 'limit_reached']);
  });

  it('is for users who are there and not disabled', async () => {
    const ticket = await openTicket(desk.customer);
    const gone = await desk.tenant.user('CUSTOMER');
    await desk.admin.delete(`/users/${gone.id}`);
    for (const id of [gone.id, 'x', '01a1fac5-30c5-7dac-ac30-a758dbba7229']) {
      const { status, body } = await add(ticket.id, { id });
      expect([status, body.code, body.field]).toEqual([422, 'invalid_reference', 'userId']);
    }
    expect((await remove(ticket.id, desk.admin)).status).toBe(404);
  });
});
