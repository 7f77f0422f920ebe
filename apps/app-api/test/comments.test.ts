import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, sharedSystem, urlOf, type System } from '@helpdeskly/testing';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, reply, walk, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const read = async (id: string) => (await desk.agent.get(`/tickets/${id}`)).body;

describe('a comment', () => {
  it('is answered 201 with its author and its place', async () => {
    const ticket = await openTicket(desk.customer);
    const { status, body, headers } = await desk.agent.post(`/tickets/${ticket.number}/comments`, {
      body: '  A new toner is on its way. ',
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      ticketId: ticket.id,
      body: 'A new toner is on its way.',
      visibility: 'PUBLIC',
      authorId: desk.agent.id,
      author: { id: desk.agent.id, name: 'Anna Agent', email: desk.agent.email, role: 'AGENT' },
      originTicketId: null,
      redactedAt: null,
      attachments: [],
      deliveries: [],
      mail: null,
      bodyHtml: null,
      quoted: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      sendAt: null,
    });
    expect((await desk.agent.get(headers.get('location') ?? '')).body).toEqual(body);
  });

  it("moves its ticket's version and time", async () => {
    const ticket = await openTicket(desk.customer);
    const comment = await reply(desk.agent, ticket.id, { body: 'x', visibility: 'INTERNAL' });
    expect(await read(ticket.id)).toMatchObject({ version: 2, updatedAt: comment.createdAt, commentCount: 1 });
  });

  it('with a stale If-Match is a conflict and not written', async () => {
    const ticket = await openTicket(desk.customer);
    await reply(desk.agent, ticket.id, { body: 'first' });
    const { status, body } = await desk.agent.post(
      `/tickets/${ticket.id}/comments`,
      { body: 'second' },
      { headers: { 'if-match': '"1"' } },
    );
    expect([status, body.currentVersion]).toEqual([412, 2]);
    expect((await desk.agent.get(`/tickets/${ticket.id}/comments`)).body.data).toHaveLength(1);
  });

  it('is not replayed to somebody whose role has changed since', async () => {
    const agent = await desk.tenant.user('AGENT');
    const ticket = await openTicket(agent);
    const headers = { 'idempotency-key': 'of an agent' };
    const body = { body: 'between us', visibility: 'INTERNAL' };
    expect((await agent.post(`/tickets/${ticket.id}/comments`, body, { headers })).status).toBe(201);
    await desk.admin.patch(`/users/${agent.id}`, { role: 'CUSTOMER' });
    const customer = await desk.tenant.signIn(agent.email);
    const again = await customer.post(`/tickets/${ticket.id}/comments`, body, { headers });
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([403, null]);
  });

  it('sent twice with one Idempotency-Key is written once', async () => {
    const ticket = await openTicket(desk.customer);
    const send = () =>
      desk.agent.post(
        `/tickets/${ticket.id}/comments`,
        { body: 'once' },
        { headers: { 'idempotency-key': `reply-${ticket.id}` } },
      );
    expect((await send()).body).toEqual((await send()).body);
    expect(await read(ticket.id)).toMatchObject({ commentCount: 1, version: 2 });
  });

  it('to a closed ticket is refused, internal ones too', async () => {
    const ticket = await openTicketAs(desk.agent, 'CLOSED', { authorId: desk.customer.id });
    for (const [caller, visibility] of [
      [desk.agent, 'INTERNAL'],
      [desk.agent, 'PUBLIC'],
      [desk.customer, 'PUBLIC'],
    ] as const) {
      expect((await caller.post(`/tickets/${ticket.id}/comments`, { body: 'x', visibility })).body.code).toBe(
        'ticket_closed',
      );
    }
  });

  it('of another ticket, or under no id, is not found', async () => {
    const [one, other] = [await openTicket(desk.agent), await openTicket(desk.agent)];
    const comment = await reply(desk.agent, one.id, { body: 'x' });
    for (const id of [comment.id, 'nope', '0', '%00', '01900000-0000-7000-8000-000000000000'])
      expect((await desk.agent.get(`/tickets/${other.id}/comments/${id}`)).status).toBe(404);
  });

  it.each([
    ['body', {}],
    ['body', { body: ' ' }],
    ['body', { body: 'x'.repeat(65_537) }],
    ['body', { body: 7 }],
    ['body', { body: '\udfff' }],
    ['visibility', { body: 'x', visibility: 'public' }],
    ['visibility', { body: 'x', visibility: null }],
    ['status', { body: 'x', status: 'DONE' }],
    ['authorId', { body: 'x', authorId: '01900000-0000-7000-8000-000000000000' }],
    ['createdAt', { body: 'x', createdAt: '2020-01-01T00:00:00.000Z' }],
  ])('with a bad %s is 400 and changes nothing (case %#)', async (field, input) => {
    const ticket = await openTicket(desk.agent);
    const { status, body } = await desk.agent.post(`/tickets/${ticket.id}/comments`, input);
    expect([status, body.errors[0].field]).toEqual([400, field]);
    expect(await read(ticket.id)).toEqual(ticket);
  });
});

describe('a reply with a status', () => {
  it('writes both in one version and one event', async () => {
    const ticket = await openTicket(desk.customer);
    const comment = await reply(desk.agent, ticket.id, { body: 'Which floor?', status: 'PENDING' });
    expect(await read(ticket.id)).toMatchObject({ status: 'PENDING', version: 2 });
    expect((await eventsOf(desk.agent, ticket.id)).slice(1)).toMatchObject([
      {
        type: 'COMMENTED',
        changes: { commentId: { from: null, to: comment.id }, status: { from: 'OPEN', to: 'PENDING' } },
      },
    ]);
  });

  it('that resolves assigns the agent and sets the time', async () => {
    const ticket = await openTicket(desk.customer);
    const comment = await reply(desk.agent, ticket.id, { body: 'Done.', status: 'RESOLVED' });
    expect(await read(ticket.id)).toMatchObject({
      status: 'RESOLVED',
      assignedToId: desk.agent.id,
      resolvedAt: comment.createdAt,
    });
  });

  it('that is no legal move writes neither', async () => {
    const { id } = await openTicket(desk.customer);
    const ticket = await read(id);
    const { status, body } = await desk.agent.post(`/tickets/${id}/comments`, {
      body: 'Closing.',
      status: 'CLOSED',
    });
    expect([status, body.code, body.allowed]).toEqual([409, 'invalid_transition', ['PENDING', 'ON_HOLD', 'RESOLVED']]);
    expect(await read(id)).toEqual(ticket);
  });
});

describe("a customer's comment", () => {
  it.each([
    ['OPEN', 0],
    ['PENDING', 0],
    ['ON_HOLD', 0],
    ['RESOLVED', 1],
  ])('on a ticket that is %s leaves it OPEN with reopenCount %i', async (from, reopenCount) => {
    const ticket = await openTicketAs(desk.agent, from, { authorId: desk.customer.id });
    await reply(desk.customer, ticket.id, { body: 'Still broken.' });
    expect(await read(ticket.id)).toMatchObject({ status: 'OPEN', reopenCount, resolvedAt: null, closedAt: null });
  });

  it('counts each time that a resolution did not hold', async () => {
    const ticket = await openTicket(desk.customer);
    for (let round = 1; round <= 3; round++) {
      await reply(desk.agent, ticket.id, { body: 'Fixed.', status: 'RESOLVED' });
      await reply(desk.customer, ticket.id, { body: 'No.' });
    }
    expect((await read(ticket.id)).reopenCount).toBe(3);
  });

  it('with the status RESOLVED resolves instead', async () => {
    const ticket = await openTicketAs(desk.agent, 'PENDING', { authorId: desk.customer.id });
    await reply(desk.customer, ticket.id, { body: 'Found it myself.', status: 'RESOLVED' });
    expect((await read(ticket.id)).status).toBe('RESOLVED');
  });

  it('by an agent leaves the status as it is', async () => {
    const ticket = await openTicketAs(desk.agent, 'PENDING', { authorId: desk.customer.id });
    await reply(desk.agent, ticket.id, { body: 'Any news?' });
    expect((await read(ticket.id)).status).toBe('PENDING');
  });
});

describe('the first response', () => {
  it('is the first public comment by an agent or admin, and stays it', async () => {
    const ticket = await openTicket(desk.customer);
    await reply(desk.customer, ticket.id, { body: 'Hello?' });
    await reply(desk.agent, ticket.id, { body: 'Note', visibility: 'INTERNAL' });
    expect((await read(ticket.id)).firstRespondedAt).toBeNull();
    const first = await reply(desk.admin, ticket.id, { body: 'Hello.' });
    await reply(desk.agent, ticket.id, { body: 'Hello again.' });
    expect((await read(ticket.id)).firstRespondedAt).toBe(first.createdAt);
  });
});

describe('a conversation', () => {
  it('by fifty writers at once is listed in the order of its times, each comment once, over pages', async () => {
    const ticket = await openTicket(desk.customer);
    const writers = [desk.agent, desk.admin, desk.customer];
    const written = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        reply(writers[index % 3] ?? desk.agent, ticket.id, { body: `Comment ${index}` }),
      ),
    );
    const listed = await walk(desk.agent, `/tickets/${ticket.id}/comments?limit=7`);
    expect(listed.map(({ id }) => id).sort()).toEqual(written.map(({ id }) => id).sort());
    const times = listed.map(({ createdAt }) => createdAt);
    expect(times).toEqual([...times].sort());
    const events = await eventsOf(desk.agent, ticket.id);
    expect(events.slice(1).map(({ changes }) => changes.commentId.to)).toEqual(listed.map(({ id }) => id));
    expect(events.map(({ createdAt }) => createdAt)).toEqual(events.map(({ createdAt }) => createdAt).sort());
    expect(await read(ticket.id)).toMatchObject({ commentCount: 50, version: 51 });
  });

  it('is walked without skipping or repeating while it grows', async () => {
    const ticket = await openTicket(desk.customer);
    for (let index = 0; index < 9; index++) await reply(desk.agent, ticket.id, { body: `Comment ${index}` });
    const listed = await walk(desk.agent, `/tickets/${ticket.id}/comments?limit=4`, () =>
      reply(desk.agent, ticket.id, { body: 'More' }),
    );
    expect(listed.slice(0, 9).map(({ body }) => body)).toEqual(
      Array.from({ length: 9 }, (_, index) => `Comment ${index}`),
    );
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
  });

  it('tells its total to each caller as that one may know it', async () => {
    const ticket = await openTicket(desk.customer);
    await reply(desk.agent, ticket.id, { body: 'public' });
    await reply(desk.agent, ticket.id, { body: 'internal', visibility: 'INTERNAL' });
    const total = async (caller: Helpdesk['agent']) =>
      (await caller.get(`/tickets/${ticket.id}/comments?include=total`)).body.meta.total;
    expect([await total(desk.agent), await total(desk.customer)]).toEqual([2, 1]);
  });

  it.each(['createdAt', '-createdAt'])('by %s repeats no comment when a merge puts others between', async (sort) => {
    const source = await openTicket(desk.customer, { description: 'Earlier.' });
    const { id } = await openTicket(desk.customer);
    const written: string[] = [];
    for (let n = 0; n < 6; n++) written.push((await reply(desk.agent, id, { body: `Words ${n}` })).id);
    let merged: { status: number } | undefined;
    const shown = await walk(desk.customer, `/tickets/${id}/comments?sort=${sort}&limit=3`, async () => {
      merged ??= await desk.agent.post(`/tickets/${source.id}/merge`, { intoId: id });
    });
    expect(merged?.status).toBe(200);
    const listed = shown.map((comment: any) => comment.id);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((each) => written.includes(each)).sort()).toEqual([...written].sort());
  });

  it("refuses a cursor of another ticket's conversation", async () => {
    const [one, other] = [await openTicket(desk.agent), await openTicket(desk.agent)];
    for (const ticket of [one, other])
      for (let index = 0; index < 2; index++) await reply(desk.agent, ticket.id, { body: 'x' });
    const { nextCursor } = (await desk.agent.get(`/tickets/${one.id}/comments?limit=1`)).body.meta;
    for (const path of [`/tickets/${other.id}/comments`, `/tickets/${one.id}/events`])
      expect((await desk.agent.get(`${path}?limit=1&cursor=${nextCursor}`)).body.code).toBe('invalid_cursor');
  });

  it('is read newest first by `sort=-createdAt`, over pages and while it grows', async () => {
    const ticket = await openTicket(desk.customer);
    const path = `/tickets/${ticket.id}/comments`;
    for (const body of ['1', '2', '3', '4', '5']) await reply(desk.agent, ticket.id, { body });
    await reply(desk.agent, ticket.id, { body: 'secret', visibility: 'INTERNAL' });
    const grow = () => reply(desk.customer, ticket.id, { body: 'later' });
    const bodies = async (sort: string, caller = desk.customer) =>
      (await walk(caller, `${path}?limit=2&sort=${sort}`, grow)).map(({ body }) => body);
    expect(await bodies('-createdAt')).toEqual(['5', '4', '3', '2', '1']);
    const { nextCursor } = (await desk.agent.get(`${path}?limit=2&sort=-createdAt`)).body.meta;
    expect((await desk.agent.get(`${path}?limit=2&cursor=${nextCursor}`)).body.code).toBe('invalid_cursor');
    expect((await desk.agent.get(`${path}?limit=2`)).body.data).toEqual(
      (await desk.agent.get(`${path}?limit=2&sort=createdAt`)).body.data,
    );
  });

  it.each(['author', 'createdAt,body', '-', '--createdAt'])('has no order by %s', async (sort) => {
    const ticket = await openTicket(desk.agent);
    expect((await desk.agent.get(`/tickets/${ticket.id}/comments?sort=${sort}`)).status).toBe(400);
  });
});

describe('a comment that is redacted', () => {
  const redact = (ticketId: string, id: string, caller = desk.admin) =>
    caller.post(`/tickets/${ticketId}/comments/${id}/redact`);

  it('loses its words everywhere: in lists, in search and in answers kept for an Idempotency-Key', async () => {
    const ticket = await openTicket(desk.customer);
    const headers = { 'idempotency-key': 'secret words' };
    const send = () =>
      desk.customer.post(`/tickets/${ticket.id}/comments`, { body: 'my pin is zanzibar' }, { headers });
    const { body: comment } = await send();
    const { status, body } = await redact(ticket.id, comment.id);
    expect(status).toBe(200);
    const blank = { ...comment, body: '', redactedAt: expect.any(String) };
    expect(body).toMatchObject(blank);
    expect((await desk.customer.get(`/tickets/${ticket.id}/comments`)).body.data).toEqual([blank]);
    expect((await desk.agent.get('/tickets?q=zanzibar')).body.data).toEqual([]);
    const kept = await connected(urlOf(desk.tenant.databaseName), (client) =>
      client.query('SELECT FROM "IdempotencyKey" WHERE "resourceId" = $1', [comment.id]),
    );
    expect(kept.rowCount).toBe(0);
    expect(JSON.stringify(await eventsOf(desk.admin, ticket.id))).not.toContain('zanzibar');
  });

  it('loses its words in the answers kept for a macro that wrote it', async () => {
    const ticket = await openTicket(desk.customer);
    const { body: macro } = await desk.agent.post('/macros', { name: 'Pin', reply: { body: 'Your pin is timbuktu.' } });
    const headers = { 'idempotency-key': `macro ${ticket.id}` };
    await desk.agent.post(`/tickets/${ticket.id}/macros/${macro.id}/apply`, undefined, { headers });
    const [comment] = (await desk.agent.get(`/tickets/${ticket.id}/comments`)).body.data;
    expect((await redact(ticket.id, comment.id)).body).toMatchObject({ body: '' });
    const kept = await connected(urlOf(desk.tenant.databaseName), (client) =>
      client.query('SELECT FROM "IdempotencyKey" WHERE "key" = $1', [headers['idempotency-key']]),
    );
    expect(kept.rowCount).toBe(0);
  });

  it('leaves a trace, and moves its ticket', async () => {
    const ticket = await openTicketAs(desk.agent, 'OPEN');
    const { id } = await reply(desk.agent, ticket.id, { body: 'x' });
    const { redactedAt } = (await redact(ticket.id, id)).body;
    expect(await read(ticket.id)).toMatchObject({ version: 3, commentCount: 1, updatedAt: redactedAt });
    expect((await eventsOf(desk.agent, ticket.id)).at(-1)).toMatchObject({
      type: 'REDACTED',
      actorId: desk.admin.id,
      changes: { commentId: { to: id }, redactedAt: { from: null, to: redactedAt } },
    });
  });

  it('stays hidden from customers when it was internal', async () => {
    const ticket = await openTicket(desk.customer);
    const { id } = await reply(desk.agent, ticket.id, { body: 'x', visibility: 'INTERNAL' });
    await redact(ticket.id, id);
    expect((await eventsOf(desk.customer, ticket.id)).map(({ type }) => type)).toEqual(['CREATED']);
  });

  it('is redacted once, also on a closed ticket', async () => {
    const ticket = await openTicket(desk.customer);
    const { id } = await reply(desk.agent, ticket.id, { body: 'x' });
    for (const status of ['RESOLVED', 'CLOSED']) await desk.agent.patch(`/tickets/${ticket.id}`, { status });
    const first = await redact(ticket.id, id);
    expect([first.status, (await redact(ticket.id, id)).body]).toEqual([200, first.body]);
    expect(await read(ticket.id)).toMatchObject({ version: 5 });
  });

  it('is redacted by admins alone, and only where it is', async () => {
    const [ticket, other] = [await openTicket(desk.customer), await openTicket(desk.customer)];
    const { id } = await reply(desk.customer, ticket.id, { body: 'x' });
    expect((await redact(ticket.id, id, desk.agent)).status).toBe(403);
    expect((await redact(ticket.id, id, desk.customer)).status).toBe(403);
    expect((await redact(other.id, id)).status).toBe(404);
    expect((await redact(ticket.id, 'x')).status).toBe(404);
    const stale = await desk.admin.post(`/tickets/${ticket.id}/comments/${id}/redact`, undefined, {
      headers: { 'if-match': '"1"' },
    });
    expect(stale.status).toBe(412);
  });
});
