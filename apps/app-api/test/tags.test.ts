import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, walk, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
  for (const tags of [['printer', 'paper'], ['printer'], ['print_room', 'a-1'], ['printer', 'zoo'], []])
    await openTicket(desk.agent, { tags });
  const gone = await openTicket(desk.agent, { tags: ['printer', 'secret'] });
  await desk.admin.delete(`/tickets/${gone.id}`);
});

afterAll(() => system?.close());

const all = [
  { tag: 'a-1', tickets: 1 },
  { tag: 'paper', tickets: 1 },
  { tag: 'print_room', tickets: 1 },
  { tag: 'printer', tickets: 3 },
  { tag: 'zoo', tickets: 1 },
];

describe('tags', () => {
  it('are listed with the number of tickets that carry them, those deleted not counted', async () => {
    expect((await desk.agent.get('/tags')).body.data).toEqual(all);
  });

  it('come page by page', async () => {
    expect(await walk(desk.agent, '/tags?limit=2')).toEqual(all);
    expect((await desk.agent.get('/tags?limit=2&include=total')).body.meta.total).toBe(5);
  });

  it('are found by how they begin, taken literally', async () => {
    const { body } = await desk.agent.get('/tags?q=print');
    expect(body.data.map(({ tag }: any) => tag)).toEqual(['print_room', 'printer']);
    expect((await desk.agent.get('/tags?q=print_')).body.data).toEqual([{ tag: 'print_room', tickets: 1 }]);
    expect((await desk.agent.get('/tags?q=print&include=total')).body.meta.total).toBe(2);
  });

  it.each(['q=%25', 'q=A', `q=${'x'.repeat(51)}`, 'limit=0', 'cursor=x', 'sort=tag'])('refuse %s', async (query) => {
    expect((await desk.agent.get(`/tags?${query}`)).status).toBe(400);
  });

  it('are the staff’s to see', async () => {
    const { status, body } = await desk.customer.get('/tags');
    expect([status, body.code]).toEqual([403, 'forbidden']);
  });
});
