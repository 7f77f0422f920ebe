import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type Caller, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, walk, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;
const ids: Record<string, string> = {};

/** A and B of the customer, C of the stranger, D of the agent: each with something that the others have not. */
beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
  const { admin, agent, customer, stranger } = desk;
  const made = async (path: string, body: object) => (await admin.post(path, body)).body.id as string;
  ids.group = await made('/groups', { name: 'First line' });
  ids.other = await made('/groups', { name: 'Second line' });
  await admin.put(`/groups/${ids.group}/members/${agent.id}`);
  ids.organization = await made('/organizations', { name: 'Acme' });
  await admin.patch(`/users/${customer.id}`, { organizationId: ids.organization });
  const tickets = {
    A: { authorId: customer.id, tags: ['x', 'red'], priority: 'LOW', groupId: ids.group },
    B: { authorId: customer.id, tags: ['x', 'green'], priority: 'HIGH', groupId: ids.other, status: 'PENDING' },
    C: { authorId: stranger.id, tags: ['x', 'red', 'green'], priority: 'URGENT', assignedToId: agent.id },
    D: { authorId: agent.id, tags: ['x'], priority: 'LOW', status: 'RESOLVED', assignedToId: admin.id },
  };
  for (const [title, fields] of Object.entries(tickets))
    ids[title] = (await openTicket(agent, { title, ...fields })).id;
  await admin.put(`/tickets/${ids.A}/participants/${agent.id}`);
  await admin.put(`/tickets/${ids.C}/participants/${customer.id}`);
  Object.assign(ids, { agent: agent.id, admin: admin.id, customer: customer.id, stranger: stranger.id });
});

afterAll(() => system?.close());

/** A query whose `{name}` are ids. */
const filled = (query: string) => query.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
const found = async (query: string, caller: Caller = desk.agent) => {
  const { status, body } = await caller.get(`/tickets?sort=number&include=total&tag=x&${filled(query)}`);
  expect([status, body.meta?.total]).toEqual([200, body.data?.length]);
  return body.data.map(({ title }: any) => title).join('');
};

const chosen: [string, string][] = [
  ['status=open,pending', 'ABC'],
  ['status=-open', 'BD'],
  ['status=-open,-RESOLVED', 'B'],
  ['status=open,resolved,-resolved', 'AC'],
  ['status=open,-open', ''],
  ['priority=-low', 'BC'],
  ['priority=low,-high', 'AD'],
  ['assignedTo=me,{admin}', 'CD'],
  ['assignedTo=-me', 'ABD'],
  ['assignedTo=-none', 'CD'],
  ['assignedTo=none,me', 'ABC'],
  ['assignedTo=-none,-me', 'D'],
  ['assignedTo=none,-none', ''],
  ['author={customer},{stranger}', 'ABC'],
  ['author=-{customer}', 'CD'],
  ['author=-me', 'ABC'],
  ['group={group},none', 'ACD'],
  ['group=-{group}', 'BCD'],
  ['group=-none', 'AB'],
  ['group=mine', 'A'],
  ['group=-mine', 'BCD'],
  ['group=mine,{other}', 'AB'],
  ['group=-mine,-none', 'B'],
  ['organization={organization}', 'AB'],
  ['organization=-{organization}', 'CD'],
  ['organization=none', 'CD'],
  ['organization=-none', 'AB'],
  ['participant=me,{customer}', 'AC'],
  ['participant=-me', 'BCD'],
  ['participant=-{customer},-me', 'BD'],
  ['status=open&assignedTo=none&priority=-high', 'A'],
];

describe('a filter of several values, and of those that are not wanted', () => {
  it.each(chosen)('%s finds %j', async (query, titles) => expect(await found(query)).toBe(titles));

  it.each([
    ['tag=red,green', 'ABC'],
    ['tag=-red', 'BD'],
    ['tag=x,-red,-green', 'D'],
    ['tag=red,-red', ''],
  ])('%s finds %j', async (query, titles) => {
    const { body } = await desk.agent.get(`/tickets?sort=number&${query}`);
    expect(body.data.map(({ title }: any) => title).join('')).toBe(titles);
  });

  it('is the same in a view, whose count agrees', async () => {
    for (const [query, titles] of chosen) {
      const filters: Record<string, unknown> = { tag: 'x' };
      for (const [name, value] of new URLSearchParams(filled(query))) filters[name] = value.split(',');
      const { status, body } = await desk.agent.post('/views', { name: query, filters, sort: 'number' });
      expect(status).toBe(201);
      const listed = (await desk.agent.get(`/views/${body.id}/tickets`)).body.data;
      expect(listed.map(({ title }: any) => title).join('')).toBe(titles);
      const { counts } = (await desk.agent.get('/views/counts')).body;
      expect(counts.find(({ id }: any) => id === body.id).tickets).toBe(titles.length);
    }
  });

  it('belongs to one cursor however it is spelled', async () => {
    const { nextCursor } = (await desk.agent.get('/tickets?status=open,PENDING&limit=1')).body.meta;
    const answers = ['pending,open', 'open,-pending'].map((status) =>
      desk.agent.get(`/tickets?status=${status}&limit=1&cursor=${nextCursor}`),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 400]);
  });

  it('finds customers no more than they may see', async () => {
    const { body } = await desk.customer.get('/tickets?status=-closed&author=-me&sort=number');
    expect(body.data.map(({ title }: any) => title)).toEqual(['C']);
    for (const query of ['tag=-x', 'priority=-low', 'sort=number,priority'])
      expect((await desk.customer.get(`/tickets?${query}`)).status).toBe(403);
  });

  it.each([
    'status=open,',
    'status=-',
    'status=--open',
    'status=-opened',
    'assignedTo=me,nobody',
    'assignedTo=-mine',
    'author=none',
    'group=me',
    'participant=none',
    'organization=me',
    'tag=Red,x',
    'tag=,',
    `author=${Array.from({ length: 51 }, (_, at) => `01900000-0000-7000-8000-0000000000${10 + at}`).join(',')}`,
    'resolvedAfter=never',
    'updatedBefore=',
    'sort=priority,',
    'sort=priority,priority',
    'sort=priority,-priority',
    'sort=priority,number,createdAt',
    'sort=--priority',
    'sort=relevance',
  ])('that is %s is 400', async (query) => {
    const { status, body } = await desk.agent.get(`/tickets?${query}`);
    expect([status, body.code, body.errors?.length]).toEqual([400, 'validation_failed', 1]);
  });
});

describe('by when they were resolved, tickets', () => {
  it('are found from a moment on, and before one', async () => {
    const { resolvedAt } = (await desk.agent.get(`/tickets/${ids.D}`)).body;
    const later = new Date(Date.parse(resolvedAt) + 1).toISOString();
    expect(await found(`resolvedAfter=${resolvedAt}`)).toBe('D');
    expect(await found(`resolvedAfter=${later}`)).toBe('');
    expect(await found(`resolvedBefore=${resolvedAt}`)).toBe('');
    expect(await found(`resolvedBefore=${later}`)).toBe('D');
    expect(await found(`resolvedAfter=${resolvedAt}&resolvedBefore=${later}&status=-resolved`)).toBe('');
  });
});

describe('an order by two fields', () => {
  const ranks = ['LOW', 'MEDIUM', 'HIGH', 'URGENT'];
  const keys: Record<string, (ticket: any) => string | number | null> = {
    priority: ({ priority }) => ranks.indexOf(priority),
    number: ({ number }) => number,
    createdAt: ({ createdAt }) => createdAt,
    updatedAt: ({ updatedAt }) => updatedAt,
    resolvedAt: ({ resolvedAt }) => resolvedAt,
  };
  /** Those without a value come last, whichever way. */
  const compare = (sort: string) => (one: any, other: any) => {
    for (const each of sort.split(',')) {
      const [a, b] = [one, other].map((ticket) => keys[each.replace('-', '')]?.(ticket) ?? null);
      if (a === b) continue;
      if (a === null || b === null) return a === null ? 1 : -1;
      return ((a as string) < (b as string) ? -1 : 1) * (each.startsWith('-') ? -1 : 1);
    }
    return 0;
  };

  beforeAll(async () => {
    for (let index = 0; index < 12; index++) {
      const status = index % 3 === 0 ? 'RESOLVED' : index % 3 === 1 ? 'CLOSED' : 'OPEN';
      await openTicket(desk.agent, { tags: ['ordered'], priority: ranks[index % 4], status });
    }
  });

  it.each([
    'priority,-createdAt',
    '-priority,createdAt',
    'priority,number',
    '-priority,-updatedAt',
    'resolvedAt',
    '-resolvedAt',
    'resolvedAt,-number',
    '-resolvedAt,priority',
    'priority,resolvedAt',
    'priority,-resolvedAt',
    '-priority,-resolvedAt',
    'number,priority',
  ])('%s is kept through pages that neither skip nor repeat', async (sort) => {
    const whole = (await desk.agent.get(`/tickets?tag=ordered&limit=100&sort=${sort}`)).body.data;
    for (const limit of [1, 2, 5])
      expect(await walk(desk.agent, `/tickets?tag=ordered&limit=${limit}&sort=${sort}`)).toEqual(whole);
    expect(new Set(whole.map(({ id }: any) => id)).size).toBe(12);
    const order = compare(sort);
    for (const [at, ticket] of whole.slice(1).entries()) expect(order(whole[at], ticket)).toBeLessThanOrEqual(0);
  });

  it('keeps its place while others are written', async () => {
    const write = () => openTicket(desk.agent, { title: 'New', tags: ['ordered'], priority: 'MEDIUM' });
    const stay = (rows: any[]) => rows.filter(({ title }) => title !== 'New').map(({ id }) => id);
    const path = '/tickets?tag=ordered&sort=priority,-resolvedAt';
    const before = stay((await desk.agent.get(`${path}&limit=100`)).body.data);
    expect(stay(await walk(desk.agent, `${path}&limit=3`, write))).toEqual(before);
  });

  it('is a view’s, too', async () => {
    const { status, body } = await desk.agent.post('/views', {
      name: 'Ordered',
      filters: { tag: 'ordered' },
      sort: 'priority,-resolvedAt',
    });
    expect([status, body.sort]).toEqual([201, 'priority,-resolvedAt']);
    expect(await walk(desk.agent, `/views/${body.id}/tickets?limit=4`)).toEqual(
      (await desk.agent.get('/tickets?tag=ordered&sort=priority,-resolvedAt&limit=100')).body.data,
    );
  });
});
