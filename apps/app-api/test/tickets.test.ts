import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, openTicketAs, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const nobody = '01900000-0000-7000-8000-000000000000';

describe('opening a ticket', () => {
  it('answers a customer 201 with the ticket as they see it, its place and its version', async () => {
    const { status, body, headers } = await desk.customer.post('/tickets', {
      title: '  Printer  ',
      description: 'Blank pages',
    });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/tickets/${body.id}`);
    expect(headers.get('etag')).toBe('"1"');
    const person = { id: desk.customer.id, name: 'Carl Customer', email: desk.customer.email, role: 'CUSTOMER' };
    expect(body).toEqual({
      id: expect.any(String),
      number: expect.any(Number),
      title: 'Printer',
      description: 'Blank pages',
      status: 'OPEN',
      organizationId: null,
      authorId: person.id,
      author: person,
      submittedById: person.id,
      assignedToId: null,
      assignedTo: null,
      commentCount: 0,
      version: 1,
      firstRespondedAt: null,
      resolvedAt: null,
      closedAt: null,
      reopenCount: 0,
      groupId: null,
      followUpOfId: null,
      mergedIntoId: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: body.createdAt,
    });
  });

  it('tells who asked from who typed it', async () => {
    const ticket = await openTicket(desk.agent, {
      authorId: desk.customer.id,
      assignedToId: desk.agent.id,
      priority: 'URGENT',
      status: 'PENDING',
      tags: ['vip'],
    });
    expect(ticket).toMatchObject({
      authorId: desk.customer.id,
      submittedById: desk.agent.id,
      status: 'PENDING',
      priority: 'URGENT',
      tags: ['vip'],
    });
    expect(ticket.assignedTo).toEqual({
      id: desk.agent.id,
      name: 'Anna Agent',
      email: desk.agent.email,
      role: 'AGENT',
    });
  });

  it('counts a tag that is given twice once', async () => {
    expect((await openTicket(desk.agent, { tags: ['b', 'a', ' b '] })).tags).toEqual(['b', 'a']);
  });

  it('as resolved or closed belongs to the agent who opened it, with its times', async () => {
    const resolved = await openTicket(desk.agent, { status: 'RESOLVED' });
    expect(resolved).toMatchObject({ assignedToId: desk.agent.id, resolvedAt: resolved.createdAt, closedAt: null });
    const closed = await openTicket(desk.agent, { status: 'CLOSED' });
    expect(closed).toMatchObject({
      assignedToId: desk.agent.id,
      resolvedAt: closed.createdAt,
      closedAt: closed.createdAt,
    });
  });

  it.each([
    ['of one visible to nobody', { followUpOfId: nobody }],
    ['with an author who does not exist', { authorId: nobody }],
    ['with an assignee who does not exist', { assignedToId: nobody }],
  ])('%s is an invalid reference', async (_, fields) => {
    const { status, body } = await desk.agent.post('/tickets', { title: 'x', description: 'y', ...fields });
    expect([status, body.code, body.field]).toEqual([422, 'invalid_reference', Object.keys(fields)[0]]);
  });

  it('for a customer assignee or an invited agent is an invalid reference', async () => {
    const invited = (
      await desk.admin.post('/users', { email: `invited@${desk.tenant.slug}.example`, name: 'Ivy', role: 'AGENT' })
    ).body;
    for (const assignedToId of [desk.customer.id, invited.id]) {
      expect((await desk.agent.post('/tickets', { title: 'x', description: 'y', assignedToId })).body.code).toBe(
        'invalid_reference',
      );
    }
  });

  it('in the name of an invited customer is possible, of a disabled one it is not', async () => {
    const asker = (
      await desk.admin.post('/users', { email: `asker@${desk.tenant.slug}.example`, name: 'Asker', role: 'CUSTOMER' })
    ).body;
    expect((await openTicket(desk.agent, { authorId: asker.id })).author.name).toBe('Asker');
    expect((await desk.admin.delete(`/users/${asker.id}`)).status).toBe(204);
    expect((await desk.agent.post('/tickets', { title: 'x', description: 'y', authorId: asker.id })).body.code).toBe(
      'invalid_reference',
    );
  });

  it('is numbered without gaps by fifty callers at once, refused ones included', async () => {
    const { tenant } = await openHelpdesk(system);
    const attempts = Array.from({ length: 60 }, (_, index) =>
      tenant.admin.post('/tickets', {
        title: `Ticket ${index}`,
        description: 'd',
        ...(index % 6 === 0 && { followUpOfId: nobody }),
      }),
    );
    const answers = await Promise.all(attempts);
    const numbers = answers.filter(({ status }) => status === 201).map(({ body }) => body.number);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it('twice with one Idempotency-Key makes one ticket', async () => {
    const send = () =>
      desk.customer.post('/tickets', { title: 'Once', description: 'd' }, { headers: { 'idempotency-key': 'once' } });
    const [first, second] = [await send(), await send()];
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
  });
});

describe('a follow-up', () => {
  it('continues a closed ticket', async () => {
    const closed = await openTicketAs(desk.agent, 'CLOSED', { authorId: desk.customer.id });
    expect((await openTicket(desk.customer, { followUpOfId: closed.id })).followUpOfId).toBe(closed.id);
  });

  it("of another customer's ticket is an invalid reference", async () => {
    const foreign = await openTicket(desk.stranger);
    expect(
      (await desk.customer.post('/tickets', { title: 'x', description: 'y', followUpOfId: foreign.id })).body.code,
    ).toBe('invalid_reference');
  });

  it('of itself or of a later ticket is an invalid reference', async () => {
    const [first, second] = [await openTicket(desk.agent), await openTicket(desk.agent)];
    for (const followUpOfId of [first.id, second.id]) {
      expect((await desk.agent.patch(`/tickets/${first.id}`, { followUpOfId })).body.code).toBe('invalid_reference');
    }
    expect((await desk.agent.patch(`/tickets/${second.id}`, { followUpOfId: first.id })).body.followUpOfId).toBe(
      first.id,
    );
  });
});

describe('a ticket in a path', () => {
  it('is named by its id in any case, or by its number', async () => {
    const ticket = await openTicket(desk.agent);
    for (const name of [ticket.id, ticket.id.toUpperCase(), ticket.number])
      expect((await desk.agent.get(`/tickets/${name}`)).body).toEqual(ticket);
  });

  it.each([
    '0',
    '-1',
    '1.5',
    '007',
    '2147483648',
    '99999999999999999999',
    'nope',
    "1'--",
    '%00',
    '%F0%9F%8E%AB',
    nobody,
    nobody.slice(1),
    '1e1',
    'null',
  ])('that is %s is not found', async (name) => {
    for (const path of [`/tickets/${name}`, `/tickets/${name}/comments`, `/tickets/${name}/events`])
      expect((await desk.admin.get(path)).body.code).toBe('not_found');
    expect((await desk.admin.patch(`/tickets/${name}`, { title: 'x' })).status).toBe(404);
    expect((await desk.admin.post(`/tickets/${name}/comments`, { body: 'x' })).status).toBe(404);
    expect((await desk.admin.post(`/tickets/${name}/restore`)).status).toBe(404);
    expect((await desk.admin.delete(`/tickets/${name}`)).status).toBe(404);
  });
});

describe('bad input', () => {
  const open = { title: 'Title', description: 'Description' };
  const longest = {
    title: 'é'.repeat(200),
    description: '🎫'.repeat(65_536),
    tags: Array.from({ length: 20 }, (_, index) => `tag-${index}`),
  };

  it('is not the longest that is allowed, counted in code points', async () => {
    expect(await openTicket(desk.agent, longest)).toMatchObject(longest);
  });

  it.each([
    ['title', { title: '' }],
    ['title', { title: ' \n\t ' }],
    ['title', { title: 'x'.repeat(201) }],
    ['title', { title: 5 }],
    ['title', { title: null }],
    ['title', { title: 'a\u0000b' }],
    ['title', { title: '\ud800' }],
    ['description', { description: 'x'.repeat(65_537) }],
    ['description', { description: ['x'] }],
    ['status', { status: 'open' }],
    ['status', { status: 'NEW' }],
    ['status', { status: null }],
    ['priority', { priority: 'HIGHEST' }],
    ['priority', { priority: 1 }],
    ['tags', { tags: 'x' }],
    ['tags', { tags: ['Upper'] }],
    ['tags', { tags: ['ok', ''] }],
    ['tags', { tags: [['x']] }],
    ['tags', { tags: Array.from({ length: 21 }, (_, index) => `t${index}`) }],
    ['authorId', { authorId: 'me' }],
    ['authorId', { authorId: null }],
    ['assignedToId', { assignedToId: '1' }],
    ['assignedToId', { assignedToId: {} }],
    ['followUpOfId', { followUpOfId: 12 }],
    ['number', { number: 12 }],
    ['version', { version: 12 }],
    ['commentCount', { commentCount: 12 }],
    ['deletedAt', { deletedAt: null }],
    ['__proto__', JSON.parse('{"__proto__":{"status":"CLOSED"}}')],
  ])('in %s is 400 and changes nothing (case %#)', async (field, fields) => {
    const ticket = await openTicket(desk.agent);
    const body = JSON.stringify({ ...open, ...fields }).replace(/}$/, field === '__proto__' ? ',"__proto__":{}}' : '}');
    for (const [method, path] of [
      ['POST', '/tickets'],
      ['PATCH', `/tickets/${ticket.id}`],
    ] as const) {
      const { status, body: problem } = await desk.agent.send(method, path, body);
      expect([status, problem.code]).toEqual([400, 'validation_failed']);
      expect(problem.errors.map((error: { field: string }) => error.field.split('.')[0])).toEqual([field]);
    }
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body).toEqual(ticket);
    expect((await openTicket(desk.agent)).number).toBe(ticket.number + 1);
  });

  it('names each missing field once', async () => {
    const { body } = await desk.agent.post('/tickets', {});
    expect(body.errors.map((error: { field: string; code: string }) => [error.field, error.code])).toEqual([
      ['title', 'required'],
      ['description', 'required'],
    ]);
  });
});
