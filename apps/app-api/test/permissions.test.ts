import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await startSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

/** The people of the contract's table; the ticket is the customer's own and foreign to the stranger. */
const people = ['admin', 'agent', 'customer', 'stranger'] as const;
const states = ['live', 'deleted'] as const;

interface Scene {
  readonly ticket: string;
  readonly publicComment: string;
  readonly internalComment: string;
}

interface Deed {
  readonly name: string;
  readonly does: (scene: Scene) => readonly [method: string, path: string, body?: object];
  /** The answers to admin, agent, the customer whose ticket it is, and a stranger. */
  readonly live: readonly [number, number, number, number];
  readonly deleted: readonly [number, number, number, number];
}

const gone = [404, 404, 404, 404] as const;

const deeds: readonly Deed[] = [
  {
    name: 'read the ticket',
    does: ({ ticket }) => ['GET', `/tickets/${ticket}`],
    live: [200, 200, 200, 404],
    deleted: gone,
  },
  {
    name: 'resolve it',
    does: ({ ticket }) => ['PATCH', `/tickets/${ticket}`, { status: 'RESOLVED' }],
    live: [200, 200, 200, 404],
    deleted: gone,
  },
  {
    name: 'open it again',
    does: ({ ticket }) => ['PATCH', `/tickets/${ticket}`, { status: 'OPEN' }],
    live: [200, 200, 200, 404],
    deleted: gone,
  },
  ...['PENDING', 'ON_HOLD'].map((status): Deed => ({
    name: `make it ${status}`,
    does: ({ ticket }) => ['PATCH', `/tickets/${ticket}`, { status }],
    live: [200, 200, 403, 404],
    deleted: gone,
  })),
  ...Object.entries({
    title: 'x',
    description: 'x',
    priority: 'LOW',
    tags: ['x'],
    assignedToId: null,
    followUpOfId: null,
  }).map(([field, value]): Deed => ({
    name: `change its ${field}`,
    does: ({ ticket }) => ['PATCH', `/tickets/${ticket}`, { [field]: value }],
    live: [200, 200, 403, 404],
    deleted: gone,
  })),
  {
    name: 'resolve and retitle it',
    does: ({ ticket }) => ['PATCH', `/tickets/${ticket}`, { status: 'RESOLVED', title: 'x' }],
    live: [200, 200, 403, 404],
    deleted: gone,
  },
  {
    name: 'delete it',
    does: ({ ticket }) => ['DELETE', `/tickets/${ticket}`],
    live: [204, 403, 403, 403],
    deleted: [404, 403, 403, 403],
  },
  {
    name: 'restore it',
    does: ({ ticket }) => ['POST', `/tickets/${ticket}/restore`],
    live: [200, 403, 403, 403],
    deleted: [200, 403, 403, 403],
  },
  {
    name: 'read its comments',
    does: ({ ticket }) => ['GET', `/tickets/${ticket}/comments`],
    live: [200, 200, 200, 404],
    deleted: gone,
  },
  {
    name: 'read a public comment',
    does: ({ ticket, publicComment }) => ['GET', `/tickets/${ticket}/comments/${publicComment}`],
    live: [200, 200, 200, 404],
    deleted: gone,
  },
  {
    name: 'read an internal comment',
    does: ({ ticket, internalComment }) => ['GET', `/tickets/${ticket}/comments/${internalComment}`],
    live: [200, 200, 404, 404],
    deleted: gone,
  },
  {
    name: 'comment in public',
    does: ({ ticket }) => ['POST', `/tickets/${ticket}/comments`, { body: 'x' }],
    live: [201, 201, 201, 404],
    deleted: gone,
  },
  {
    name: 'comment internally',
    does: ({ ticket }) => ['POST', `/tickets/${ticket}/comments`, { body: 'x', visibility: 'INTERNAL' }],
    live: [201, 201, 403, 404],
    deleted: gone,
  },
  {
    name: 'comment and resolve',
    does: ({ ticket }) => ['POST', `/tickets/${ticket}/comments`, { body: 'x', status: 'RESOLVED' }],
    live: [201, 201, 201, 404],
    deleted: gone,
  },
  {
    name: 'comment and put on hold',
    does: ({ ticket }) => ['POST', `/tickets/${ticket}/comments`, { body: 'x', status: 'ON_HOLD' }],
    live: [201, 201, 403, 404],
    deleted: gone,
  },
  {
    name: 'read its events',
    does: ({ ticket }) => ['GET', `/tickets/${ticket}/events`],
    live: [200, 200, 200, 404],
    deleted: gone,
  },
  {
    name: 'see its links',
    does: ({ ticket }) => ['GET', `/tickets/${ticket}/links`],
    live: [200, 200, 403, 403],
    deleted: [404, 404, 403, 403],
  },
  {
    name: 'split a comment off',
    does: ({ ticket, publicComment }) => [
      'POST',
      `/tickets/${ticket}/split`,
      { commentIds: [publicComment], title: 'x' },
    ],
    live: [201, 201, 403, 403],
    deleted: [404, 404, 403, 403],
  },
  {
    name: 'follow it up',
    does: ({ ticket }) => ['POST', '/tickets', { title: 'x', description: 'x', followUpOfId: ticket }],
    live: [201, 201, 201, 422],
    deleted: [422, 422, 422, 422],
  },
];

const matrix = deeds.flatMap((deed) =>
  states.flatMap((state) =>
    people.map((person, index) => [person, deed.name, state, deed[state][index], deed] as const),
  ),
);

async function stage(state: (typeof states)[number]): Promise<Scene> {
  const { id } = await openTicket(desk.customer);
  const [shown, hidden] = [
    await reply(desk.agent, id, { body: 'shown' }),
    await reply(desk.agent, id, { body: 'hidden', visibility: 'INTERNAL' }),
  ];
  if (state === 'deleted') await desk.admin.delete(`/tickets/${id}`);
  return { ticket: id, publicComment: shown.id, internalComment: hidden.id };
}

describe('on a customer ticket', () => {
  it.each(matrix)('%s may %s (%s): %i', async (person, _name, state, expected, deed) => {
    const [method, path, body] = deed.does(await stage(state));
    const answer = await desk[person].send(method, path, body);
    expect(answer.status).toBe(expected);
    if (expected === 403) expect(answer.body.code).toBe('forbidden');
    if (expected === 404) expect(answer.body.code).toBe('not_found');
  });
});

describe('opening a ticket', () => {
  it('is open to every role', async () => {
    for (const person of people) expect((await openTicket(desk[person])).authorId).toBe(desk[person].id);
  });

  it.each(['priority', 'status', 'authorId', 'assignedToId', 'tags'])(
    'with %s is forbidden to a customer, whatever it holds',
    async (field) => {
      for (const value of ['LOW', null, 7, desk.customer.id, []]) {
        for (const rest of [{}, { title: 'x', description: 'y' }])
          expect((await desk.customer.post('/tickets', { ...rest, [field]: value })).body.code).toBe('forbidden');
      }
    },
  );

  it('with an unknown field is 400 for a customer too', async () => {
    expect((await desk.customer.post('/tickets', { title: 'x', description: 'y', number: 1 })).body.code).toBe(
      'validation_failed',
    );
  });
});

describe('what a customer sees of an internal comment', () => {
  it('is nothing in the list, the counts or the events', async () => {
    const { ticket, publicComment, internalComment } = await stage('live');
    const comments = (await desk.customer.get(`/tickets/${ticket}/comments?include=total`)).body;
    expect(comments.data.map(({ id }: { id: string }) => id)).toEqual([publicComment]);
    expect(comments.meta.total).toBe(1);
    expect((await desk.customer.get(`/tickets/${ticket}`)).body.commentCount).toBe(1);
    expect((await desk.customer.patch(`/tickets/${ticket}`, { status: 'RESOLVED' })).body.commentCount).toBe(1);
    expect(JSON.stringify((await desk.customer.get(`/tickets/${ticket}/events`)).body)).not.toContain(internalComment);
  });
});

describe('a ticket that changes its author', () => {
  it('leaves the sight of the one and enters that of the other', async () => {
    const ticket = await openTicket(desk.customer);
    await desk.agent.patch(`/tickets/${ticket.id}`, { authorId: desk.stranger.id });
    expect((await desk.customer.get(`/tickets/${ticket.id}`)).status).toBe(404);
    expect((await desk.stranger.get(`/tickets/${ticket.id}`)).status).toBe(200);
  });
});

describe("another tenant's ticket", () => {
  it('is not found under its id, not even by an admin', async () => {
    const other = await openHelpdesk(system);
    const ticket = await openTicket(other.admin);
    for (const path of ['', '/comments', '/events'])
      expect((await desk.admin.get(`/tickets/${ticket.id}${path}`)).status).toBe(404);
    expect(
      (await desk.admin.post('/tickets', { title: 'x', description: 'y', authorId: other.customer.id })).body.code,
    ).toBe('invalid_reference');
  });
});

describe('without a token', () => {
  it.each([
    ['GET', '/tickets'],
    ['POST', '/tickets'],
    ['GET', '/tickets/1'],
    ['PATCH', '/tickets/1'],
    ['DELETE', '/tickets/1'],
    ['POST', '/tickets/1/restore'],
    ['GET', '/tickets/1/comments'],
    ['POST', '/tickets/1/comments'],
    ['GET', '/tickets/1/comments/1'],
    ['GET', '/tickets/1/events'],
  ])('%s %s is 401, whatever its body is', async (method, path) => {
    for (const body of method === 'GET' ? [undefined] : [undefined, 'not json', '{"__proto__":1}']) {
      const { status, headers } = await desk.tenant.visitor.send(method, path, body);
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
  });
});
