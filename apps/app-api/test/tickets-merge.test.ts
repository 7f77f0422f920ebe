import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, reply, walk, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const read = async (id: string) => (await desk.agent.get(`/tickets/${id}`)).body;
const merge = (source: string, intoId: string, options?: object) =>
  desk.agent.post(`/tickets/${source}/merge`, { intoId }, options);
const commentsOf = async (id: string, caller = desk.agent) =>
  (await caller.get(`/tickets/${id}/comments?limit=100`)).body.data;
const opening = 'Since this morning.';

/** Two tickets of the customer. */
async function pair(): Promise<[any, any]> {
  return [await openTicket(desk.customer), await openTicket(desk.customer)];
}

describe('a ticket that is merged into another', () => {
  it('is closed, and names the one that it went into', async () => {
    const [source, target] = await pair();
    const { status, body } = await merge(source.number, target.id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: source.id, status: 'CLOSED', mergedIntoId: target.id, version: 2 });
    expect(body.closedAt).toBe(body.updatedAt);
    expect(await read(target.id)).toMatchObject({ status: 'OPEN', mergedIntoId: null, version: 2 });
  });

  it('gives its public comments away, in the order of their writing and with where they come from', async () => {
    const [source, target] = await pair();
    const first = await reply(desk.customer, source.id, { body: 'first' });
    const second = await reply(desk.agent, target.id, { body: 'second' });
    const third = await reply(desk.agent, source.id, { body: 'third' });
    await merge(source.id, target.id);
    const comments = await commentsOf(target.id);
    expect(comments.slice(1).map(({ id, originTicketId }: any) => [id, originTicketId])).toEqual([
      [first.id, source.id],
      [second.id, null],
      [third.id, source.id],
    ]);
    expect(await commentsOf(source.id)).toEqual([]);
    expect(await read(target.id)).toMatchObject({ commentCount: 4 });
    expect(await read(source.id)).toMatchObject({ commentCount: 0 });
  });

  it('keeps its internal comments, which the customer sees in neither', async () => {
    const [source, target] = await pair();
    const note = await reply(desk.agent, source.id, { body: 'he is cross', visibility: 'INTERNAL' });
    await reply(desk.agent, source.id, { body: 'We are on it.' });
    await merge(source.id, target.id);
    expect((await commentsOf(source.id)).map(({ id }: any) => id)).toEqual([note.id]);
    for (const id of [source.id, target.id]) {
      expect(JSON.stringify(await commentsOf(id, desk.customer))).not.toContain('cross');
      expect(JSON.stringify(await eventsOf(desk.customer, id))).not.toContain(note.id);
    }
    expect((await desk.customer.get(`/tickets/${source.id}`)).body.commentCount).toBe(0);
    expect((await desk.customer.get(`/tickets/${target.id}`)).body.commentCount).toBe(2);
  });

  it('is found by its words no more, and the other one is', async () => {
    const [source, target] = await pair();
    await reply(desk.customer, source.id, { body: 'a xylophone is stuck in it' });
    await merge(source.id, target.id);
    const found = (await desk.agent.get('/tickets?q=xylophone')).body.data.map(({ id }: any) => id);
    expect(found).toEqual([target.id]);
  });

  it('passes on what is written to it later, along the whole chain', async () => {
    const [first, second] = await pair();
    const third = await openTicketAs(desk.agent, 'PENDING', { authorId: desk.customer.id });
    await merge(first.id, second.id);
    await merge(second.id, third.id);
    const { status, body, headers } = await desk.customer.post(`/tickets/${first.id}/comments`, {
      body: 'still broken',
    });
    expect([status, body.ticketId, body.originTicketId]).toEqual([201, third.id, first.id]);
    expect((await desk.customer.get(headers.get('location') ?? '')).body).toEqual(body);
    expect(await read(third.id)).toMatchObject({ status: 'OPEN', commentCount: 3 });
    expect((await eventsOf(desk.agent, third.id)).at(-1)).toMatchObject({
      type: 'COMMENTED',
      changes: { commentId: { to: body.id }, status: { from: 'PENDING', to: 'OPEN' } },
    });
  });

  it('takes no more replies once the other one is closed for good', async () => {
    const [source, target] = await pair();
    await merge(source.id, target.id);
    await desk.agent.patch(`/tickets/${target.id}`, { status: 'RESOLVED' });
    await desk.agent.patch(`/tickets/${target.id}`, { status: 'CLOSED' });
    expect(await desk.customer.post(`/tickets/${source.id}/comments`, { body: 'hello?' })).toMatchObject({
      status: 409,
      body: { code: 'ticket_closed' },
    });
  });

  it('takes no replies of a customer who has no part in the other one any more', async () => {
    const [source, target] = await pair();
    await merge(source.id, target.id);
    await desk.agent.patch(`/tickets/${target.id}`, { authorId: desk.stranger.id });
    const answer = await desk.customer.post(`/tickets/${source.id}/comments`, { body: 'hello?' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'ticket_closed' } });
    expect((await commentsOf(target.id)).map(({ body }: any) => body)).toEqual([opening]);
  });

  it('takes no replies of a customer who may only read the other one', async () => {
    const { body: organization } = await desk.agent.post('/organizations', { name: 'Readers', shared: true });
    const people = [await desk.tenant.user('CUSTOMER'), await desk.tenant.user('CUSTOMER')] as const;
    for (const { id } of people) await desk.admin.patch(`/users/${id}`, { organizationId: organization.id });
    const [one, other] = people;
    const [source, target] = [await openTicket(one), await openTicket(one)];
    await merge(source.id, target.id);
    await desk.agent.patch(`/tickets/${target.id}`, { authorId: other.id });
    for (const status of [undefined, 'RESOLVED']) {
      const answer = await one.post(`/tickets/${source.id}/comments`, { body: 'hello?', status });
      expect(answer).toMatchObject({ status: 409, body: { code: 'ticket_closed' } });
    }
    expect((await one.get(`/tickets/${target.id}`)).body).toMatchObject({ status: 'OPEN', commentCount: 1 });
  });

  it('takes replies, and no status, of a customer who was let into the other one', async () => {
    const [source, target] = await pair();
    await merge(source.id, target.id);
    await desk.agent.patch(`/tickets/${target.id}`, { authorId: desk.stranger.id });
    await desk.agent.put(`/tickets/${target.id}/participants/${desk.customer.id}`);
    const comment = (fields: object) => desk.customer.post(`/tickets/${source.id}/comments`, fields);
    expect((await comment({ body: 'hello?', status: 'RESOLVED' })).body.code).toBe('forbidden');
    expect((await comment({ body: 'hello?' })).body.ticketId).toBe(target.id);
    expect((await read(target.id)).status).toBe('OPEN');
  });

  it('takes those who took part along: agents who follow, customers who were let in', async () => {
    const [source, target] = await pair();
    for (const { id } of [desk.agent, desk.stranger]) await desk.agent.put(`/tickets/${source.id}/participants/${id}`);
    await reply(desk.agent, source.id, { body: 'For all of you.' });
    await merge(source.id, target.id);
    const { data } = (await desk.agent.get(`/tickets/${target.id}/participants`)).body;
    expect(data.map(({ user, role }: any) => [user.id, role])).toEqual(
      expect.arrayContaining([
        [desk.agent.id, 'FOLLOWER'],
        [desk.stranger.id, 'CC'],
      ]),
    );
    expect((await commentsOf(target.id, desk.stranger)).map(({ body }: any) => body)).toEqual([
      opening,
      'For all of you.',
    ]);
    expect((await desk.stranger.post(`/tickets/${source.id}/comments`, { body: 'Thanks.' })).status).toBe(201);
    const told = (await eventsOf(desk.agent, target.id)).map(({ changes }: any) => changes);
    expect(told).toEqual(expect.arrayContaining([{ ccId: { from: null, to: desk.stranger.id } }]));
    expect(JSON.stringify(await eventsOf(desk.stranger, target.id))).not.toContain('followerId');
  });

  it('leaves an event in both', async () => {
    const [source, target] = await pair();
    await merge(source.id, target.id);
    expect((await eventsOf(desk.customer, source.id)).at(-1)).toMatchObject({
      type: 'MERGED',
      actorId: desk.agent.id,
      changes: { status: { from: 'OPEN', to: 'CLOSED' }, mergedIntoId: { from: null, to: target.id } },
    });
    expect((await eventsOf(desk.customer, target.id)).at(-1)).toMatchObject({
      type: 'ABSORBED',
      changes: { absorbedId: { from: null, to: source.id } },
    });
  });

  it('brings the first response with it', async () => {
    const [source, target] = await pair();
    const { createdAt } = await reply(desk.agent, source.id, { body: 'We are on it.' });
    expect(createdAt > target.createdAt).toBe(true);
    await reply(desk.agent, target.id, { body: 'Later.' });
    await merge(source.id, target.id);
    expect(await read(target.id)).toMatchObject({ firstRespondedAt: createdAt });
  });

  it('keeps the time at which it was resolved', async () => {
    const [source, target] = await pair();
    await desk.agent.patch(`/tickets/${source.id}`, { status: 'RESOLVED' });
    const { resolvedAt } = await read(source.id);
    expect((await merge(source.id, target.id)).body.resolvedAt).toBe(resolvedAt);
  });
});

describe('a merge is refused', () => {
  it('of tickets by different authors', async () => {
    const [source] = await pair();
    const target = await openTicket(desk.stranger);
    expect(await merge(source.id, target.id)).toMatchObject({ status: 409, body: { code: 'merge_author_mismatch' } });
    expect(await read(source.id)).toMatchObject({ status: 'OPEN', version: 1 });
    expect(await read(target.id)).toMatchObject({ version: 1 });
  });

  it('when either is closed, so that no circle is formed', async () => {
    const [source, target] = await pair();
    await merge(source.id, target.id);
    for (const [one, other] of [
      [source, target],
      [target, source],
    ])
      expect(await merge(one.id, other.id)).toMatchObject({ status: 409, body: { code: 'ticket_closed' } });
  });

  it('into itself, into nothing, and into one that was deleted', async () => {
    const [source, target] = await pair();
    await desk.admin.delete(`/tickets/${target.id}`);
    for (const intoId of [source.id, target.id, '01a1fac5-30c5-7dac-ac30-a758dbba7229'])
      expect(await merge(source.id, intoId)).toMatchObject({
        status: 422,
        body: { code: 'invalid_reference', field: 'intoId' },
      });
  });

  it('for another version than the present one', async () => {
    const [source, target] = await pair();
    await reply(desk.customer, source.id, { body: 'meanwhile' });
    const answer = await merge(source.id, target.id, { headers: { 'if-match': '"1"' } });
    expect(answer).toMatchObject({ status: 412, body: { code: 'version_conflict', currentVersion: 2 } });
  });

  it('of a ticket that is not there, and without a target', async () => {
    const [source, target] = await pair();
    expect((await merge('999999', target.id)).status).toBe(404);
    expect((await desk.agent.post(`/tickets/${source.id}/merge`, {})).status).toBe(400);
    expect((await desk.agent.post(`/tickets/${source.id}/merge`, { intoId: 'x' })).status).toBe(400);
  });

  it('to customers', async () => {
    const [source, target] = await pair();
    expect((await desk.customer.post(`/tickets/${source.id}/merge`, { intoId: target.id })).status).toBe(403);
  });
});

describe('merges at once', () => {
  it('in both directions never close both, a hundred times, and none is a fault', async () => {
    for (let round = 0; round < 100; round++) {
      const [one, other] = await pair();
      const answers = await Promise.all([merge(one.id, other.id), merge(other.id, one.id)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const statuses = [await read(one.id), await read(other.id)].map(({ status }) => status);
      expect(statuses.sort()).toEqual(['CLOSED', 'OPEN']);
    }
  });

  it('with replies to both lose no reply, and list them in the order of their times', async () => {
    for (let round = 0; round < 10; round++) {
      const [source, target] = await pair();
      const answers = await Promise.all([
        ...Array.from({ length: 6 }, (_, at) =>
          desk.customer.post(`/tickets/${source.id}/comments`, { body: `s${at}` }),
        ),
        ...Array.from({ length: 6 }, (_, at) => desk.agent.post(`/tickets/${target.id}/comments`, { body: `t${at}` })),
        merge(source.id, target.id),
      ]);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]));
      const comments = await walk(desk.agent, `/tickets/${target.id}/comments?limit=5`);
      expect(comments.map(({ body }) => body).sort()).toEqual([
        opening,
        ...['s', 't'].flatMap((letter) => [0, 1, 2, 3, 4, 5].map((at) => `${letter}${at}`)),
      ]);
      const times = comments.map(({ createdAt }) => createdAt as string);
      expect(times).toEqual([...times].sort());
      expect(await read(target.id)).toMatchObject({ commentCount: 13 });
    }
  });
});
