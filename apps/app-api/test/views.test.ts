import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type Caller, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, reply, walk, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;
let colleague: Caller;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
  colleague = await desk.tenant.user('AGENT', 'Cole Colleague');
});

afterAll(() => system?.close());

const save = async (caller: Caller, fields: object = {}): Promise<any> => {
  const { status, body } = await caller.post('/views', { name: 'Mine', ...fields });
  expect(status).toBe(201);
  return body;
};
const idsOf = (rows: any[]) => rows.map(({ id }) => id);
const seenBy = async (caller: Caller) => idsOf(await walk(caller, '/views?limit=2'));

describe('a view', () => {
  it('is kept with its filters and its order', async () => {
    const filters = { status: ['PENDING', 'OPEN'], assignedTo: 'me', tag: 'vip', createdAfter: '2026-01-01T00:00:00Z' };
    const { status, body, headers } = await desk.agent.post('/views', { name: 'VIP', filters, sort: '-priority' });
    expect([status, headers.get('location')]).toEqual([201, `/api/v1/views/${body.id}`]);
    expect(body).toMatchObject({ name: 'VIP', shared: false, sort: '-priority', ownerId: desk.agent.id, version: 1 });
    expect(body.filters).toEqual({ ...filters, status: ['OPEN', 'PENDING'] });
    const read = await desk.agent.get(`/views/${body.id}`);
    expect([read.body, read.headers.get('etag')]).toEqual([body, '"1"']);
  });

  it('that is personal is not there for anybody else, admins included', async () => {
    const { id } = await save(desk.agent);
    for (const caller of [colleague, desk.admin]) {
      for (const answer of [
        await caller.get(`/views/${id}`),
        await caller.get(`/views/${id}/tickets`),
        await caller.patch(`/views/${id}`, { name: 'x' }),
        await caller.delete(`/views/${id}`),
      ])
        expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
      expect(await seenBy(caller)).not.toContain(id);
    }
  });

  it('that is shared is seen by the staff, and made, changed and deleted by admins', async () => {
    const refused = await desk.agent.post('/views', { name: 'Ours', shared: true });
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    const { id } = await save(desk.admin, { name: 'Ours', shared: true });
    expect(await seenBy(desk.agent)).toContain(id);
    expect((await desk.agent.patch(`/views/${id}`, { name: 'x' })).status).toBe(403);
    expect((await desk.agent.delete(`/views/${id}`)).status).toBe(403);
    expect((await desk.admin.patch(`/views/${id}`, { name: 'All of ours' })).body).toMatchObject({ version: 2 });
    expect((await desk.admin.delete(`/views/${id}`)).status).toBe(204);
    expect((await desk.agent.get(`/views/${id}`)).status).toBe(404);
  });

  it('stands behind those before it, or where it is put', async () => {
    const agent = await desk.tenant.user('AGENT', 'Ordered Agent');
    const shared = await seenBy(agent);
    const [a, b] = [await save(agent), await save(agent)];
    expect(await seenBy(agent)).toEqual([...shared, a.id, b.id]);
    const between = await save(agent, { position: (a.position + b.position) / 2 });
    expect(await seenBy(agent)).toEqual([...shared, a.id, between.id, b.id]);
    await agent.patch(`/views/${b.id}`, { position: a.position - 0.5 });
    expect(await seenBy(agent)).toEqual([...shared, b.id, a.id, between.id]);
  });

  it('is changed when it is as it was read', async () => {
    const { id } = await save(desk.agent);
    const headers = { 'if-match': '"1"' };
    const changed = await desk.agent.patch(`/views/${id}`, { filters: { tag: 'x' }, sort: 'number' }, { headers });
    expect(changed.body).toMatchObject({ filters: { tag: 'x' }, sort: 'number', version: 2 });
    for (const answer of [
      await desk.agent.patch(`/views/${id}`, { name: 'late' }, { headers }),
      await desk.agent.delete(`/views/${id}`, { headers }),
    ])
      expect([answer.status, answer.body.code]).toEqual([412, 'version_conflict']);
    expect((await desk.agent.patch(`/views/${id}`, { sort: null })).body).toMatchObject({ sort: null, version: 3 });
    expect((await desk.agent.patch(`/views/${id}`, { sort: null })).body.version).toBe(3);
  });

  it.each([
    [{ name: '' }],
    [{ name: 'x'.repeat(201) }],
    [{ name: 'x', filters: { status: ['WAITING'] } }],
    [{ name: 'x', filters: { status: 'OPEN' } }],
    [{ name: 'x', filters: { assignedTo: 'everybody' } }],
    [{ name: 'x', filters: { deleted: 'only' } }],
    [{ name: 'x', filters: { tag: 'Not a tag' } }],
    [{ name: 'x', filters: { createdAfter: 'yesterday' } }],
    [{ name: 'x', sort: 'title' }],
    [{ name: 'x', position: 'first' }],
    [{ name: 'x', position: 1e12 }],
    [{ name: 'x', ownerId: '01a1fac5-30c5-7dac-ac30-a758dbba7229' }],
  ])('is refused as %j', async (input) => {
    const before = await seenBy(desk.agent);
    const { status, body } = await desk.agent.post('/views', input);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(await seenBy(desk.agent)).toEqual(before);
  });

  it('is one of a hundred of one person, also when many are made at once', async () => {
    const agent = await desk.tenant.user('AGENT', 'Many Views');
    const answers = await Promise.all(Array.from({ length: 104 }, () => agent.post('/views', { name: 'x' })));
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.map(({ body }) => body.code)).toEqual(Array(4).fill('limit_reached'));
  });

  it('is the staff’s', async () => {
    for (const answer of [
      await desk.customer.get('/views'),
      await desk.customer.get('/views/counts'),
      await desk.customer.post('/views', { name: 'x' }),
    ])
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  });
});

describe('the tickets of a view', () => {
  it('are those that GET /tickets finds by its filters, in its order, page by page', async () => {
    for (const priority of ['LOW', 'URGENT', 'HIGH', 'URGENT'])
      await openTicket(desk.agent, { priority, tags: ['v1'] });
    await openTicket(desk.agent, { priority: 'MEDIUM', tags: ['v1'] });
    const { id } = await save(desk.agent, {
      filters: { tag: 'v1', priority: ['LOW', 'HIGH', 'URGENT'] },
      sort: '-priority',
    });
    const listed = await walk(desk.agent, '/tickets?tag=v1&priority=LOW,HIGH,URGENT&sort=-priority&limit=100');
    expect(idsOf(await walk(desk.agent, `/views/${id}/tickets?limit=2`))).toEqual(idsOf(listed));
    expect((await desk.agent.get(`/views/${id}/tickets?include=total`)).body.meta.total).toBe(4);
  });

  it('are those of whoever looks when it says `me`', async () => {
    const { id } = await save(desk.admin, { shared: true, filters: { assignedTo: 'me', tag: 'v2' } });
    const mine = await openTicket(desk.agent, { assignedToId: desk.agent.id, tags: ['v2'] });
    await openTicket(desk.agent, { assignedToId: desk.admin.id, tags: ['v2'] });
    expect(idsOf((await desk.agent.get(`/views/${id}/tickets`)).body.data)).toEqual([mine.id]);
  });

  it('may be those that a search finds', async () => {
    const ticket = await openTicket(desk.customer);
    await reply(desk.agent, ticket.id, { body: 'the theremin', visibility: 'INTERNAL' });
    const { id } = await save(desk.agent, { filters: { q: '"the theremin"' } });
    expect(idsOf((await desk.agent.get(`/views/${id}/tickets`)).body.data)).toEqual([ticket.id]);
  });

  it('are not continued by a cursor from before the view was changed', async () => {
    const { id } = await save(desk.agent, { filters: { tag: 'v1' } });
    const { body } = await desk.agent.get(`/views/${id}/tickets?limit=1`);
    await desk.agent.patch(`/views/${id}`, { filters: { tag: 'v2' } });
    const next = await desk.agent.get(`/views/${id}/tickets?limit=1&cursor=${body.meta.nextCursor}`);
    expect([next.status, next.body.code]).toEqual([400, 'invalid_cursor']);
  });
});

describe('the counts of views', () => {
  it('equal their lists, for every view that is seen and in their order', async () => {
    for (const caller of [desk.agent, desk.admin, colleague]) {
      const { counts } = (await caller.get('/views/counts')).body;
      expect(idsOf(counts)).toEqual(await seenBy(caller));
      for (const { id, tickets } of counts)
        expect((await caller.get(`/views/${id}/tickets?limit=1&include=total`)).body.meta.total).toBe(tickets);
    }
  });

  it('are none where there is no view', async () => {
    const other = await system.createTenant();
    expect((await other.admin.get('/views/counts')).body).toEqual({ counts: [] });
  });
});
