import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { eventsOf, openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const read = async (id: string) => (await desk.agent.get(`/tickets/${id}`)).body;
const commentsOf = async (id: string, caller = desk.agent) =>
  (await caller.get(`/tickets/${id}/comments?limit=100`)).body.data;
const split = (id: string, input: object, caller = desk.agent, options?: object) =>
  caller.post(`/tickets/${id}/split`, input, options);

/** A ticket of the customer that came to be about two things. */
async function twoThings() {
  const ticket = await openTicket(desk.customer);
  await desk.agent.patch(`/tickets/${ticket.id}`, { priority: 'HIGH', tags: ['printer'], assignedToId: desk.agent.id });
  const paper = await reply(desk.customer, ticket.id, { body: 'It is out of paper.' });
  const screen = await reply(desk.customer, ticket.id, { body: 'And my xenon screen is dark.' });
  const note = await reply(desk.agent, ticket.id, { body: 'again him', visibility: 'INTERNAL' });
  const answer = await reply(desk.agent, ticket.id, { body: 'Is the screen plugged in?' });
  return { ticket: await read(ticket.id), paper, screen, note, answer };
}

describe('a ticket that is split', () => {
  it('gives the comments that are named to a new one of the same author, priority and tags', async () => {
    const { ticket, paper, screen, note, answer } = await twoThings();
    const { status, body, headers } = await split(ticket.number, {
      commentIds: [answer.id, screen.id, note.id],
      title: 'Dark screen',
    });
    expect([status, headers.get('location')]).toEqual([201, `/api/v1/tickets/${body.id}`]);
    expect(body).toMatchObject({
      number: ticket.number + 1,
      title: 'Dark screen',
      description: `Split from ticket ${ticket.number}.`,
      status: 'OPEN',
      priority: 'HIGH',
      tags: ['printer'],
      authorId: desk.customer.id,
      submittedById: desk.agent.id,
      assignedToId: null,
      commentCount: 3,
      firstRespondedAt: null,
    });
    expect((await commentsOf(body.id)).map(({ id, originTicketId }: any) => [id, originTicketId])).toEqual(
      [screen, note, answer].map(({ id }) => [id, ticket.id]),
    );
    expect((await commentsOf(ticket.id)).map(({ id }: any) => id)).toEqual([paper.id]);
    expect(await read(ticket.id)).toMatchObject({ commentCount: 1, version: ticket.version + 1, status: 'OPEN' });
  });

  it('is linked with the new one, and both histories say so', async () => {
    const { ticket, screen } = await twoThings();
    const { body: made } = await split(ticket.id, { commentIds: [screen.id], title: 'Dark screen' });
    const { body: links } = await desk.agent.get(`/tickets/${made.id}/links`);
    expect(links.data).toEqual([expect.objectContaining({ type: 'RELATED', direction: 'OUT' })]);
    expect(links.data[0].ticket.id).toBe(ticket.id);
    expect((await eventsOf(desk.customer, ticket.id)).at(-1)).toMatchObject({
      type: 'SPLIT',
      actorId: desk.agent.id,
      changes: { splitIntoId: { from: null, to: made.id } },
    });
    expect((await eventsOf(desk.customer, made.id)).slice(0, 1)).toEqual([
      expect.objectContaining({
        type: 'CREATED',
        changes: expect.objectContaining({ splitFromId: { from: null, to: ticket.id } }),
      }),
    ]);
  });

  it('has a first event that names all that it has', async () => {
    const ticket = await openTicket(desk.customer);
    const { body: group } = await desk.admin.post('/groups', { name: 'Screens' });
    await desk.agent.patch(`/tickets/${ticket.id}`, { priority: 'HIGH', tags: ['printer'], groupId: group.id });
    const { id } = await reply(desk.customer, ticket.id, { body: 'And my screen is dark.' });
    const { body: made } = await split(ticket.id, { commentIds: [id], title: 'Dark screen' });
    const [created] = await eventsOf(desk.agent, made.id);
    expect(created.changes).toEqual({
      title: { from: null, to: 'Dark screen' },
      status: { from: null, to: 'OPEN' },
      priority: { from: null, to: 'HIGH' },
      tags: { from: null, to: ['printer'] },
      authorId: { from: null, to: desk.customer.id },
      groupId: { from: null, to: group.id },
      splitFromId: { from: null, to: ticket.id },
    });
  });

  it('is found by the words that stayed, and the new one by those that moved', async () => {
    const { ticket, screen } = await twoThings();
    const { body: made } = await split(ticket.id, { commentIds: [screen.id], title: 'Dark' });
    const found = (await desk.agent.get('/tickets?q=xenon&limit=100')).body.data.map(({ id }: any) => id);
    expect(found).toContain(made.id);
    expect(found).not.toContain(ticket.id);
  });

  it('keeps no words of a comment that is redacted afterwards', async () => {
    const { ticket, screen } = await twoThings();
    const { body: made } = await split(ticket.id, { commentIds: [screen.id], title: 'Dark' });
    expect((await desk.admin.post(`/tickets/${made.id}/comments/${screen.id}/redact`)).status).toBe(200);
    const left = [await desk.agent.get(`/tickets/${made.id}`), await commentsOf(made.id, desk.agent)];
    expect(JSON.stringify([left, await eventsOf(desk.agent, made.id)])).not.toContain('xenon');
  });

  it('shows its customer no internal comment in either', async () => {
    const { ticket, note } = await twoThings();
    const { body: made } = await split(ticket.id, { commentIds: [note.id], title: 'What we think' });
    expect(made.description).not.toContain('again him');
    const seen = [await commentsOf(ticket.id, desk.customer), await eventsOf(desk.customer, ticket.id)];
    expect(JSON.stringify(seen)).not.toContain(note.id);
    expect((await desk.customer.get(`/tickets/${made.id}`)).status).toBe(404);
  });

  it('is not split twice by a request that is sent again', async () => {
    const { ticket, screen } = await twoThings();
    const headers = { 'idempotency-key': `split ${ticket.id}` };
    const input = { commentIds: [screen.id], title: 'Dark screen' };
    const first = await split(ticket.id, input, desk.agent, { headers });
    const again = await split(ticket.id, input, desk.agent, { headers });
    expect([again.status, again.body.id, again.headers.get('idempotency-replayed')]).toEqual([
      201,
      first.body.id,
      'true',
    ]);
  });

  it('is not split when it was changed since it was read', async () => {
    const { ticket, screen } = await twoThings();
    const headers = { 'if-match': `"${ticket.version - 1}"` };
    const { status, body } = await split(ticket.id, { commentIds: [screen.id], title: 'x' }, desk.agent, { headers });
    expect([status, body.code]).toEqual([412, 'version_conflict']);
    expect(await read(ticket.id)).toEqual(ticket);
  });

  it('is not split when it is closed', async () => {
    const { ticket, screen } = await twoThings();
    for (const status of ['RESOLVED', 'CLOSED']) await desk.agent.patch(`/tickets/${ticket.id}`, { status });
    const { status, body } = await split(ticket.id, { commentIds: [screen.id], title: 'x' });
    expect([status, body.code]).toEqual([409, 'ticket_closed']);
  });

  it.each([
    ['of another ticket', async () => [(await reply(desk.agent, (await openTicket(desk.agent)).id, { body: 'x' })).id]],
    ['that nobody wrote', () => ['01a1fac5-30c5-7dac-ac30-a758dbba7229']],
  ])('keeps everything when a comment is named %s', async (_which, ids) => {
    const { ticket, screen } = await twoThings();
    const { status, body } = await split(ticket.id, { commentIds: [screen.id, ...(await ids())], title: 'x' });
    expect([status, body.code, body.field]).toEqual([422, 'invalid_reference', 'commentIds']);
    expect(await read(ticket.id)).toEqual(ticket);
  });

  it.each([
    [{ commentIds: [], title: 'x' }],
    [{ commentIds: ['x'], title: 'x' }],
    [{ commentIds: 'x', title: 'x' }],
    [{ title: 'x' }],
    [{ commentIds: ['01a1fac5-30c5-7dac-ac30-a758dbba7229'], title: '' }],
  ])('refuses %j', async (input) => {
    const { ticket } = await twoThings();
    const { status, body } = await split(ticket.id, input);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });

  it('is split by the staff alone', async () => {
    const { ticket, screen } = await twoThings();
    for (const caller of [desk.customer, desk.stranger]) {
      const { status, body } = await split(ticket.id, { commentIds: [screen.id], title: 'x' }, caller);
      expect([status, body.code]).toEqual([403, 'forbidden']);
    }
  });
});
