import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, openTicketAs, reply, walk, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const titles = async (caller: Helpdesk['agent'], query: string) =>
  (await caller.get(`/tickets?${query}`)).body.data.map(({ title }: { title: string }) => title);

describe('a list of tickets', () => {
  it('answers single tickets as reading one does', async () => {
    const ticket = await openTicketAs(desk.agent, 'CLOSED', {
      authorId: desk.customer.id,
      tags: ['as-read'],
      assignedToId: desk.admin.id,
    });
    expect((await desk.agent.get('/tickets?tag=as-read')).body).toEqual({
      data: [ticket],
      meta: { limit: 25, hasMore: false, nextCursor: null },
    });
  });

  it('begins with the ticket that was written to last', async () => {
    const [first] = [
      await openTicket(desk.agent, { title: 'First' }),
      await openTicket(desk.agent, { title: 'Second' }),
    ];
    expect(await titles(desk.agent, 'limit=2')).toEqual(['Second', 'First']);
    await reply(desk.agent, first.id, { body: 'Bump', visibility: 'INTERNAL' });
    expect(await titles(desk.agent, 'limit=2')).toEqual(['First', 'Second']);
  });

  it('says how many there are when asked', async () => {
    for (let index = 0; index < 3; index++) await openTicket(desk.agent, { tags: ['counted'] });
    expect((await desk.agent.get('/tickets?tag=counted&limit=1&include=total')).body.meta).toMatchObject({
      limit: 1,
      hasMore: true,
      total: 3,
    });
    expect((await desk.agent.get('/tickets?tag=counted')).body.meta).not.toHaveProperty('total');
  });

  it('names the next page in its Link header', async () => {
    const { headers, body } = await desk.agent.get('/tickets?tag=counted&limit=2');
    const [, next] = /^<(\/api\/v1\/tickets\?.*)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
    expect((await desk.agent.get(next ?? '')).body.data).toHaveLength(1);
    expect(body.meta.hasMore).toBe(true);
  });
});

describe('a filter', () => {
  beforeAll(async () => {
    const { agent, admin, customer } = desk;
    await openTicket(agent, { title: 'A', tags: ['filter', 'red'], priority: 'LOW', authorId: customer.id });
    await openTicket(agent, { title: 'B', tags: ['filter'], priority: 'HIGH', assignedToId: agent.id });
    await openTicket(agent, {
      title: 'C',
      tags: ['filter'],
      priority: 'URGENT',
      status: 'PENDING',
      assignedToId: admin.id,
    });
    await openTicket(admin, { title: 'D', tags: ['filter'], status: 'ON_HOLD' });
  });

  const filtered = (query: string) => titles(desk.agent, `tag=filter&sort=number&${query}`);

  it.each([
    ['status=open', ['A', 'B']],
    ['status=OPEN,pending', ['A', 'B', 'C']],
    ['status=closed', []],
    ['priority=high,Urgent', ['B', 'C']],
    ['priority=medium', ['D']],
    ['assignedTo=me', ['B']],
    ['assignedTo=none', ['A', 'D']],
    ['author=me', ['B', 'C']],
    ['status=open&priority=low,high&assignedTo=none', ['A']],
    ['createdAfter=2020-01-01', ['A', 'B', 'C', 'D']],
    ['createdBefore=2020-01-01T00:00:00Z', []],
    ['updatedAfter=9999-12-31T23:59:59.999Z', []],
    ['createdAfter=0001-01-01', ['A', 'B', 'C', 'D']],
    ['assignedTo=01900000-0000-7000-8000-000000000000', []],
  ])('%s leaves %j', async (query, expected) => {
    expect(await filtered(query)).toEqual(expected);
  });

  it('by user takes an id', async () => {
    expect(await filtered(`assignedTo=${desk.admin.id.toUpperCase()}`)).toEqual(['C']);
    expect(await filtered(`author=${desk.customer.id}`)).toEqual(['A']);
  });

  it('by tag finds tickets that carry it among others', async () => {
    expect(await titles(desk.agent, 'tag=red')).toEqual(['A']);
    expect(await titles(desk.agent, 'tag=re')).toEqual([]);
  });

  it('by time takes in the very time at which it begins, and leaves out the one at which it ends', async () => {
    const [a, b] = (await desk.agent.get('/tickets?tag=filter&sort=number&limit=2')).body.data;
    for (const [field, name] of [
      ['createdAt', 'created'],
      ['updatedAt', 'updated'],
    ] as const) {
      expect(await filtered(`${name}After=${a[field]}&${name}Before=${b[field]}`)).toEqual(['A']);
      expect((await filtered(`${name}After=${a[field]}`))[0]).toBe('A');
      expect(await filtered(`${name}Before=${b[field]}`)).toEqual(['A']);
      expect(await filtered(`${name}After=${b[field]}&${name}Before=${b[field]}`)).toEqual([]);
    }
  });

  it('by time understands other zones', async () => {
    const { createdAt } = (await desk.agent.get('/tickets?tag=red')).body.data[0];
    const elsewhere = `${new Date(Date.parse(createdAt) + 2 * 3600_000).toISOString().slice(0, -1)}%2B02:00`;
    expect(await filtered(`createdBefore=${elsewhere}`)).not.toContain('A');
    expect(await filtered(`createdAfter=${elsewhere}`)).toContain('A');
  });

  it.each([
    'status=',
    'status=opened',
    'status=open,',
    'status=open&status=pending',
    'priority=5',
    'assignedTo=nobody',
    'assignedTo=',
    'author=none',
    'author=1',
    'tag=Red',
    'tag=',
    `tag=${'x'.repeat(51)}`,
    'createdAfter=yesterday',
    'createdAfter=2026-02-30',
    'createdAfter=0000-01-01',
    'createdBefore=-271821-04-20T00:00:00Z',
    'createdBefore=%2B275760-09-13T00:00:00Z',
    'updatedAfter=9999-12-31T23:59:59-23:59',
    'updatedAfter=1700000000',
    'deleted=true',
    'deleted=',
    'limit=0',
    'limit=101',
    'limit=1.5',
    'limit=-1',
    'limit=1e1',
    'sort=title',
    'sort=%2BcreatedAt',
    'sort=',
    'include=count',
    'cursor=',
    'page=2',
    'constructor=1',
    '__proto__=1',
    'status[]=open',
  ])('that is %s is 400', async (query) => {
    const { status, body } = await desk.agent.get(`/tickets?${query}`);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors).toHaveLength(1);
  });
});

describe('an order', () => {
  const priorities = ['LOW', 'URGENT', 'MEDIUM', 'HIGH', 'LOW', 'HIGH', 'MEDIUM'];
  const ranks = ['LOW', 'MEDIUM', 'HIGH', 'URGENT'];

  beforeAll(async () => {
    for (const priority of priorities) await openTicket(desk.agent, { priority, tags: ['ordered'] });
    const [, second] = (await desk.agent.get('/tickets?tag=ordered&sort=number')).body.data;
    await desk.agent.patch(`/tickets/${second.id}`, { title: 'Changed last' });
  });

  const keys: Record<string, (ticket: any) => string | number> = {
    createdAt: ({ createdAt }) => createdAt,
    updatedAt: ({ updatedAt }) => updatedAt,
    priority: ({ priority }) => ranks.indexOf(priority),
    number: ({ number }) => number,
  };

  it.each(Object.keys(keys).flatMap((name) => [name, `-${name}`]))(
    'by %s is kept through pages of two',
    async (sort) => {
      const found = await walk(desk.agent, `/tickets?tag=ordered&limit=2&sort=${sort}`);
      expect(new Set(found.map(({ id }) => id)).size).toBe(priorities.length);
      const value = keys[sort.replace('-', '')] ?? String;
      const values = found.map((ticket) => value(ticket));
      const ascending = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      expect(values).toEqual(sort.startsWith('-') ? ascending.reverse() : ascending);
    },
  );
});

describe('a walk by cursors', () => {
  it.each(['-updatedAt', 'createdAt', '-priority', 'number'])(
    'by %s neither skips nor repeats the tickets that stay while others are written',
    async (sort) => {
      const { tenant } = await openHelpdesk(system);
      const priorities = ['LOW', 'MEDIUM', 'HIGH', 'URGENT'];
      const stay = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          openTicket(tenant.admin, { title: 'Stays', priority: priorities[index % 4] }),
        ),
      );
      const move = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          openTicket(tenant.admin, { title: 'Moves', priority: priorities[index % 4] }),
        ),
      );
      const writes = async () => {
        const target = move.shift();
        await Promise.all([
          openTicket(tenant.admin, { title: 'New' }),
          target === undefined
            ? undefined
            : tenant.admin.patch(`/tickets/${target.id}`, { title: 'Moved', priority: 'URGENT' }),
          move[0] === undefined ? undefined : tenant.admin.delete(`/tickets/${move[0].id}`),
        ]);
      };
      const found = (await walk(tenant.admin, `/tickets?limit=3&sort=${sort}`, writes)).filter(
        ({ title }) => title === 'Stays',
      );
      expect(found.map(({ id }) => id).sort()).toEqual(stay.map(({ id }) => id).sort());
    },
  );

  it('keeps its place when the ticket at the end of a page is gone', async () => {
    for (let index = 0; index < 4; index++) await openTicket(desk.agent, { title: `Row ${index}`, tags: ['gone'] });
    const { data, meta } = (await desk.agent.get('/tickets?tag=gone&sort=number&limit=2')).body;
    await desk.admin.delete(`/tickets/${data[1].id}`);
    expect(await titles(desk.agent, `tag=gone&sort=number&limit=2&cursor=${meta.nextCursor}`)).toEqual([
      'Row 2',
      'Row 3',
    ]);
  });

  it('may change its limit on the way', async () => {
    const { meta } = (await desk.agent.get('/tickets?tag=ordered&limit=2')).body;
    expect((await desk.agent.get(`/tickets?tag=ordered&limit=5&cursor=${meta.nextCursor}`)).body.data).toHaveLength(5);
  });

  it('refuses a cursor that was made for another sort, filter, route, person or tenant', async () => {
    const { nextCursor } = (await desk.agent.get('/tickets?tag=ordered&limit=2')).body.meta;
    const other = await openHelpdesk(system);
    const uses = [
      desk.agent.get(`/tickets?tag=ordered&sort=number&cursor=${nextCursor}`),
      desk.agent.get(`/tickets?tag=ordered&sort=updatedAt&cursor=${nextCursor}`),
      desk.agent.get(`/tickets?cursor=${nextCursor}`),
      desk.agent.get(`/tickets?tag=ordered&status=open&cursor=${nextCursor}`),
      desk.agent.get(`/tickets?tag=ordered&q=printer&cursor=${nextCursor}`),
      desk.admin.get(`/users?cursor=${nextCursor}`),
      desk.admin.get(`/tickets?tag=ordered&cursor=${nextCursor}`),
      desk.customer.get(`/tickets?cursor=${nextCursor}`),
      other.agent.get(`/tickets?tag=ordered&cursor=${nextCursor}`),
    ];
    for (const { status, body } of await Promise.all(uses))
      expect([status, body.code]).toEqual([400, 'invalid_cursor']);
  });

  it.each(['x', 'AAAA', '%F0%9F%8E%AB', 'WzEsMl0', 'null', '{}', '..', 'A'.repeat(4096), '%3D%3D'])(
    'refuses the cursor %s',
    async (cursor) => {
      expect((await desk.agent.get(`/tickets?cursor=${cursor}`)).body.code).toBe('invalid_cursor');
    },
  );

  it('refuses a cursor in which one letter was changed', async () => {
    const { nextCursor } = (await desk.agent.get('/tickets?limit=1')).body.meta;
    for (let index = 0; index < nextCursor.length; index += 7) {
      const forged = nextCursor.slice(0, index) + (nextCursor[index] === 'A' ? 'B' : 'A') + nextCursor.slice(index + 1);
      expect((await desk.agent.get(`/tickets?limit=1&cursor=${forged}`)).body.code).toBe('invalid_cursor');
    }
  });
});

describe("a customer's list", () => {
  it('holds the own tickets, whatever is asked for', async () => {
    const mine = await openTicket(desk.customer, { title: 'Mine' });
    await openTicket(desk.agent, { title: 'For me', authorId: desk.customer.id });
    await openTicket(desk.stranger, { title: 'Foreign' });
    for (const query of [
      'limit=100',
      'author=me&limit=100',
      `author=${desk.customer.id}&limit=100`,
      'q=Mine',
      'sort=number&limit=100',
      'status=open&limit=100',
    ]) {
      const found = (await desk.customer.get(`/tickets?${query}`)).body.data;
      expect(found.map(({ id }: { id: string }) => id)).toContain(mine.id);
      expect(found.every(({ authorId }: { authorId: string }) => authorId === desk.customer.id)).toBe(true);
    }
    expect(await titles(desk.customer, `author=${desk.stranger.id}`)).toEqual([]);
    const { total } = (await desk.customer.get('/tickets?include=total&limit=100')).body.meta;
    expect((await desk.customer.get('/tickets?limit=100')).body.data).toHaveLength(total);
  });

  it('counts public comments alone', async () => {
    const ticket = await openTicket(desk.customer, { title: 'Counted for each' });
    await reply(desk.agent, ticket.id, { body: 'note', visibility: 'INTERNAL' });
    await reply(desk.agent, ticket.id, { body: 'answer' });
    const counts = await Promise.all(
      [desk.customer, desk.agent].map(
        async (caller) => (await caller.get('/tickets?q="counted for each"')).body.data[0].commentCount,
      ),
    );
    expect(counts).toEqual([1, 2]);
  });
});

describe('the list of deleted tickets', () => {
  it('is for admins, sorted and filtered as the other', async () => {
    const gone = await Promise.all(['P', 'Q'].map((title) => openTicket(desk.agent, { title, tags: ['dead'] })));
    for (const ticket of gone) await desk.admin.delete(`/tickets/${ticket.id}`);
    expect((await titles(desk.admin, 'deleted=only&tag=dead&sort=-number')).sort()).toEqual(['P', 'Q']);
    expect(await titles(desk.admin, 'tag=dead')).toEqual([]);
    expect(await walk(desk.admin, '/tickets?deleted=only&tag=dead&limit=1')).toHaveLength(2);
    for (const caller of [desk.agent, desk.customer])
      expect((await caller.get('/tickets?deleted=only')).body.code).toBe('forbidden');
  });
});
