import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, reply, walk, type Helpdesk } from './helpdesk.js';
import { refusal } from './people.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const read = async (id: string, caller = desk.agent) => (await caller.get(`/tickets/${id}`)).body;
const merge = (source: string, intoId: string | number, fields: object = {}, caller = desk.agent) =>
  caller.post(`/tickets/${source}/merge`, { intoId, ...fields });
const split = async (id: string, commentIds: string[]) =>
  (await desk.agent.post(`/tickets/${id}/split`, { commentIds, title: 'Another thing' })).body;
const commentsOf = async (id: string, caller = desk.agent) =>
  (await caller.get(`/tickets/${id}/comments?limit=100`)).body.data;
const participantsOf = async (id: string) =>
  (await desk.agent.get(`/tickets/${id}/participants`)).body.data.map(({ user, role }: any) => [user.id, role]);
const linksOf = async (id: string) =>
  (await desk.agent.get(`/tickets/${id}/links`)).body.data.map(({ type, direction, ticket }: any) => [
    type,
    direction,
    ticket.id,
  ]);
const link = (id: string, ticketId: string, type: string) =>
  desk.agent.post(`/tickets/${id}/links`, { ticketId, type });
const relatedTo = async (id: string, caller = desk.agent) =>
  (await walk(caller, `/tickets/${id}/related?limit=1`)).map(({ relation, ticket }: any) => [relation, ticket.id]);

async function pair(fields: object = {}): Promise<[any, any]> {
  return [await openTicket(desk.customer, fields), await openTicket(desk.customer)];
}

describe('a merge', () => {
  it.each(['OPEN', 'PENDING', 'ON_HOLD'])('of a ticket that is %s opens one that is RESOLVED', async (status) => {
    const source = await openTicketAs(desk.agent, status, { authorId: desk.customer.id });
    const target = await openTicketAs(desk.agent, 'RESOLVED', { authorId: desk.customer.id });
    await merge(source.id, target.id);
    expect(await read(target.id)).toMatchObject({ status: 'OPEN', resolvedAt: null, reopenCount: 0 });
    expect((await eventsOf(desk.agent, target.id)).at(-1).changes).toMatchObject({
      status: { from: 'RESOLVED', to: 'OPEN' },
    });
  });

  it('of a ticket that is RESOLVED leaves the other one as it is', async () => {
    const source = await openTicketAs(desk.agent, 'RESOLVED', { authorId: desk.customer.id });
    for (const status of ['RESOLVED', 'PENDING']) {
      const target = await openTicketAs(desk.agent, status, { authorId: desk.customer.id });
      if (status === 'RESOLVED') await merge(source.id, target.id);
      expect((await read(target.id)).status).toBe(status);
    }
  });

  it('gives tags and the higher priority, and never the lower one', async () => {
    const [source, target] = await pair();
    await desk.agent.patch(`/tickets/${source.id}`, { priority: 'URGENT', tags: ['paper', 'toner'] });
    await desk.agent.patch(`/tickets/${target.id}`, { priority: 'LOW', tags: ['toner', 'a4'] });
    await merge(source.id, target.id);
    expect(await read(target.id)).toMatchObject({ priority: 'URGENT', tags: ['toner', 'a4', 'paper'] });
    expect((await read(source.id)).tags).toEqual(['paper', 'toner']);
    const third = await openTicket(desk.customer);
    await merge(target.id, third.number.toString());
    expect((await read(third.id)).priority).toBe('URGENT');
    const fourth = await openTicket(desk.customer);
    await desk.agent.patch(`/tickets/${fourth.id}`, { priority: 'LOW' });
    await merge(fourth.id, third.id);
    expect((await read(third.id)).priority).toBe('URGENT');
  });

  it('makes a comment of the opening message, of its author and time, at its place in the conversation', async () => {
    const target = await openTicket(desk.customer);
    const before = await reply(desk.agent, target.id, { body: 'before' });
    const source = await openTicket(desk.agent, { authorId: desk.customer.id, description: 'It smells of ozone.' });
    const after = await reply(desk.customer, source.id, { body: 'after' });
    await reply(desk.agent, target.id, { body: 'last' });
    await merge(source.id, target.id);
    const comments = await commentsOf(target.id, desk.customer);
    expect(comments.map(({ body }: any) => body)).toEqual(['before', 'It smells of ozone.', 'after', 'last']);
    expect(comments[1]).toMatchObject({
      authorId: desk.customer.id,
      createdAt: source.createdAt,
      originTicketId: source.id,
      visibility: 'PUBLIC',
      attachments: [],
    });
    expect([before.id, after.id]).toEqual([comments[0].id, comments[2].id]);
    expect(await read(target.id)).toMatchObject({ commentCount: 4 });
    expect((await desk.agent.get('/tickets?q=ozone')).body.data.map(({ id }: any) => id)).toEqual([target.id]);
  });

  it('takes links along: none to itself, none twice, each told of', async () => {
    const [source, target] = await pair();
    const [other, both] = await pair();
    await link(source.id, other.id, 'BLOCKS');
    await link(other.id, source.id, 'DUPLICATE_OF');
    await link(source.id, both.id, 'RELATED');
    await link(target.id, both.id, 'RELATED');
    await link(source.id, target.id, 'DUPLICATE_OF');
    const { version } = await read(other.id);
    await merge(source.id, target.id);
    expect(await linksOf(source.id)).toEqual([]);
    expect((await linksOf(target.id)).sort()).toEqual(
      [
        ['BLOCKS', 'OUT', other.id],
        ['DUPLICATE_OF', 'IN', other.id],
        ['RELATED', 'OUT', both.id],
      ].sort(),
    );
    expect((await read(other.id)).version).toBe(version + 1);
    const told = (await eventsOf(desk.agent, other.id)).slice(-2).map(({ type, changes }: any) => [type, changes.link]);
    expect(told).toEqual([
      ['LINKED', { from: `BLOCKS ${source.id}`, to: `BLOCKS ${target.id}` }],
      ['LINKED', { from: `DUPLICATE_OF ${source.id}`, to: `DUPLICATE_OF ${target.id}` }],
    ]);
    expect(JSON.stringify(await eventsOf(desk.customer, other.id))).not.toContain('link');
  });

  it('of tickets by different authors is an admin’s, who says so, and lets the one author into the other ticket', async () => {
    const source = await openTicket(desk.stranger, { description: 'Me too.' });
    const target = await openTicket(desk.customer);
    expect(refusal(await merge(source.id, target.id, { force: true }))).toEqual([403, 'forbidden']);
    for (const fields of [{}, { force: false }])
      expect(refusal(await merge(source.id, target.id, fields, desk.admin))).toEqual([409, 'merge_author_mismatch']);
    expect((await merge(source.id, target.id, { force: true }, desk.admin)).status).toBe(200);
    expect(await participantsOf(target.id)).toEqual([[desk.stranger.id, 'CC']]);
    expect((await commentsOf(target.id, desk.stranger)).map(({ body }: any) => body)).toEqual(['Me too.']);
    expect((await desk.stranger.post(`/tickets/${source.id}/comments`, { body: 'Thanks' })).body.ticketId).toBe(
      target.id,
    );
    expect((await desk.customer.get(`/tickets/${source.id}`)).status).toBe(404);
    const staffs = await openTicket(desk.agent);
    await merge(staffs.id, target.id, { force: true }, desk.admin);
    expect(await participantsOf(target.id)).toContainEqual([desk.agent.id, 'FOLLOWER']);
    expect((await read(target.id)).firstRespondedAt).toBeNull();
  });

  it('takes the number as JSON has it', async () => {
    const [source, target] = [await openTicket(desk.agent), await openTicket(desk.agent)];
    const { status, body } = await merge(source.id, target.number);
    expect([status, body.mergedIntoId]).toEqual([200, target.id]);
  });

  it.each([['x'], ['0'], [''], [null], [0], [1.5], [true]])('into %j is refused', async (intoId) => {
    const { id } = await openTicket(desk.customer);
    expect((await merge(id, intoId as string)).status).toBe(400);
  });
});

describe('merged tickets', () => {
  it('are in no list, count, view or count of tags unless they are asked for', async () => {
    const tag = 'only-merged';
    const source = await openTicket(desk.agent, { authorId: desk.customer.id, tags: [tag], title: 'Kaleidoscope one' });
    const target = await openTicket(desk.customer);
    const view = (await desk.agent.post('/views', { name: 'x', filters: { author: desk.customer.id, tag } })).body;
    const all = (await desk.agent.post('/views', { name: 'y', filters: { tag, merged: 'include' } })).body;
    await merge(source.id, target.id);
    await desk.agent.patch(`/tickets/${target.id}`, { tags: [] });
    const listed = async (query: string) => {
      const { data, meta } = (await desk.agent.get(`/tickets?include=total&${query}`)).body;
      expect(meta.total).toBe(data.length);
      return data.map(({ id }: any) => id);
    };
    expect(await listed(`tag=${tag}`)).toEqual([]);
    expect(await listed('q=kaleidoscope')).not.toContain(source.id);
    for (const merged of ['include', 'only']) expect(await listed(`tag=${tag}&merged=${merged}`)).toEqual([source.id]);
    expect(await listed('merged=only&limit=100')).not.toContain(target.id);
    expect((await desk.agent.get(`/tags?q=${tag}`)).body.data).toEqual([]);
    const { counts } = (await desk.agent.get('/views/counts')).body;
    expect(counts).toEqual(
      expect.arrayContaining([
        { id: view.id, tickets: 0 },
        { id: all.id, tickets: 1 },
      ]),
    );
    expect((await desk.agent.get('/tickets?merged=yes')).status).toBe(400);
    expect((await read(source.id)).mergedIntoId).toBe(target.id);
  });
});

describe('a first response', () => {
  it('never precedes the ticket that another one was merged into', async () => {
    const source = await openTicket(desk.customer);
    await reply(desk.agent, source.id, { body: 'before there was the other' });
    const target = await openTicket(desk.customer);
    await merge(source.id, target.id);
    expect(await read(target.id)).toMatchObject({ firstRespondedAt: null });
    expect(await read(source.id)).toMatchObject({ firstRespondedAt: null });
    const { createdAt } = await reply(desk.agent, target.id, { body: 'now' });
    expect((await read(target.id)).firstRespondedAt).toBe(createdAt);
  });

  it('is that of a reply that is left when the first one is split off, and none of the new ticket', async () => {
    const { id } = await openTicket(desk.customer);
    const first = await reply(desk.agent, id, { body: 'first' });
    const second = await reply(desk.admin, id, { body: 'second' });
    const made = await split(id, [first.id]);
    expect([(await read(id)).firstRespondedAt, made.firstRespondedAt]).toEqual([second.createdAt, null]);
    const rest = await split(id, [second.id]);
    expect([(await read(id)).firstRespondedAt, rest.firstRespondedAt]).toEqual([null, null]);
  });
});

describe('a split', () => {
  it('takes writers and those who were let in along, for what they could read', async () => {
    const { id } = await openTicket(desk.customer);
    for (const user of [desk.stranger, desk.admin]) await desk.agent.put(`/tickets/${id}/participants/${user.id}`);
    const public_ = await reply(desk.agent, id, { body: 'To all of you.' });
    const note = await reply(desk.agent, id, { body: 'hm', visibility: 'INTERNAL' });
    const made = await split(id, [public_.id]);
    expect((await participantsOf(made.id)).sort()).toEqual(
      [
        [desk.stranger.id, 'CC'],
        [desk.agent.id, 'FOLLOWER'],
      ].sort(),
    );
    expect((await commentsOf(made.id, desk.stranger)).map(({ body }: any) => body)).toEqual(['To all of you.']);
    expect(await participantsOf((await split(id, [note.id])).id)).toEqual([[desk.agent.id, 'FOLLOWER']]);
  });
});

describe('related tickets', () => {
  it('are follow-ups, merged ones and split ones, from both sides, page by page', async () => {
    const { id } = await openTicket(desk.customer);
    const followUp = await openTicket(desk.customer, { followUpOfId: id });
    const source = await openTicket(desk.customer);
    await merge(source.id, id);
    const made = await split(id, [(await reply(desk.customer, id, { body: 'and this' })).id]);
    expect(await relatedTo(id)).toEqual([
      ['FOLLOW_UP', followUp.id],
      ['MERGED', source.id],
      ['SPLIT', made.id],
    ]);
    expect(await relatedTo(followUp.id)).toEqual([['FOLLOW_UP_OF', id]]);
    expect(await relatedTo(source.id)).toEqual([['MERGED_INTO', id]]);
    expect(await relatedTo(made.id)).toEqual([['SPLIT_FROM', id]]);
    expect((await desk.agent.get(`/tickets/${id}/related?include=total`)).body.meta.total).toBe(3);
    expect((await desk.customer.get(`/tickets/${id}/related`)).body.data).toHaveLength(3);
  });

  it('are shown to those who may see them, unless they were deleted', async () => {
    const { id } = await openTicket(desk.customer);
    const theirs = await openTicket(desk.agent, { authorId: desk.stranger.id, followUpOfId: id });
    const gone = await openTicket(desk.customer, { followUpOfId: id });
    await desk.admin.delete(`/tickets/${gone.id}`);
    expect(await relatedTo(id)).toEqual([['FOLLOW_UP', theirs.id]]);
    expect(await relatedTo(id, desk.customer)).toEqual([]);
    expect(await relatedTo(theirs.id, desk.stranger)).toEqual([]);
    expect(refusal(await desk.stranger.get(`/tickets/${id}/related`))).toEqual([404, 'not_found']);
  });
});

describe('a merge at once with', () => {
  it('a deletion of either leaves a state that one after the other could, and is no fault', async () => {
    for (const which of ['source', 'target', 'source', 'target']) {
      const [source, target] = await pair();
      const gone = which === 'source' ? source : target;
      const [merged, deleted] = await Promise.all([
        merge(source.id, target.id),
        desk.admin.delete(`/tickets/${gone.id}`),
      ]);
      expect(deleted.status).toBe(204);
      expect([200, which === 'source' ? 404 : 422]).toContain(merged.status);
    }
  });

  it('links, splits and merges around them lose none, and are no faults', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, two] = await pair();
      const [three, four] = await pair();
      const { id } = await reply(desk.agent, two.id, { body: 'x' });
      const answers = await Promise.all([
        merge(one.id, two.id),
        merge(three.id, two.id),
        link(one.id, four.id, 'BLOCKS'),
        link(four.id, three.id, 'RELATED'),
        desk.agent.post(`/tickets/${two.id}/split`, { commentIds: [id], title: 'x' }),
        reply(desk.customer, two.id, { body: 'y' }),
      ]);
      expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
      const comments = await commentsOf(two.id);
      expect(comments).toHaveLength(3);
      expect(await read(two.id)).toMatchObject({ commentCount: 3, firstRespondedAt: null });
      expect(await linksOf(four.id)).toHaveLength(2);
    }
  });
});
