import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, reply, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const patch = (id: string, edit: object, headers = {}) => desk.agent.patch(`/tickets/${id}`, edit, { headers });
const comment = (id: string, input: object, caller = desk.agent, headers = {}) =>
  caller.post(`/tickets/${id}/comments`, { body: 'Look.', ...input }, { headers });
const read = async (id: string) => (await desk.agent.get(`/tickets/${id}`)).body;
const many = (count: number) => Array.from({ length: count }, (_, at) => `t${at}`);

describe('addTags and removeTags', () => {
  it('change the tags that are there, in one write with what else is sent', async () => {
    const { id } = await openTicket(desk.agent, { tags: ['a', 'b'] });
    const { body } = await patch(id, { addTags: ['c', 'a'], removeTags: ['b', 'missing'], priority: 'HIGH' });
    expect(body).toMatchObject({ tags: ['a', 'c'], priority: 'HIGH', version: 2 });
    expect((await eventsOf(desk.agent, id)).at(-1)?.changes).toEqual({
      tags: { from: ['a', 'b'], to: ['a', 'c'] },
      priority: { from: 'MEDIUM', to: 'HIGH' },
    });
  });

  it.each([[{ addTags: ['a'] }], [{ removeTags: ['z'] }], [{ addTags: ['a'], removeTags: ['z'] }], [{ addTags: [] }]])(
    '%j that are so already make no event and no version, on a closed ticket neither',
    async (edit) => {
      for (const ticket of [
        await openTicket(desk.agent, { tags: ['a'] }),
        await openTicketAs(desk.agent, 'CLOSED', { tags: ['a'] }),
      ]) {
        const events = await eventsOf(desk.agent, ticket.id);
        expect((await patch(ticket.id, edit)).body).toEqual(ticket);
        expect(await eventsOf(desk.agent, ticket.id)).toEqual(events);
      }
    },
  );

  it.each<[object, string]>([
    [{ addTags: ['a'], removeTags: ['a'] }, 'removeTags'],
    [{ addTags: ['b', 'a'], removeTags: ['c', ' a '] }, 'removeTags'],
    [{ tags: ['a'], addTags: ['b'] }, 'addTags'],
    [{ tags: null, removeTags: ['b'] }, 'removeTags'],
    [{ addTags: ['Not a tag'] }, 'addTags'],
    [{ addTags: null }, 'addTags'],
    [{ removeTags: 'a' }, 'removeTags'],
    [{ addTags: many(21) }, 'addTags'],
    [{ removeTags: Array(21).fill('a') }, 'removeTags'],
  ])('%j is answered 400 naming %s, alone, for many and in macros', async (edit, field) => {
    const ticket = await openTicket(desk.agent, { tags: ['a'] });
    const fields = ({ status, body }: any) => [status, body.code, body.errors?.map((error: any) => error.field)];
    expect(fields(await patch(ticket.id, edit))).toEqual([400, 'validation_failed', [field]]);
    const bulk = await desk.agent.post('/tickets/bulk', { ids: [ticket.id], changes: edit });
    expect(fields(bulk)).toEqual([400, 'validation_failed', [`changes.${field}`]]);
    if (!('tags' in edit)) {
      const macro = await desk.agent.post('/macros', { name: 'x', changes: edit });
      expect(fields(macro)).toEqual([400, 'validation_failed', [`changes.${field}`]]);
      const said = await comment(ticket.id, { changes: edit });
      expect(fields(said)).toEqual([400, 'validation_failed', [`changes.${field}`]]);
    }
    expect(await read(ticket.id)).toMatchObject(ticket);
  });

  it('lead past twenty tags nowhere, and to twenty by an exchange', async () => {
    const ticket = await openTicket(desk.agent, { tags: many(20) });
    for (const answer of [
      await patch(ticket.id, { addTags: ['new'] }),
      await comment(ticket.id, { changes: { addTags: ['new'] } }),
    ])
      expect([answer.status, answer.body.code]).toEqual([409, 'limit_reached']);
    expect(await read(ticket.id)).toMatchObject(ticket);
    expect((await patch(ticket.id, { addTags: ['new'], removeTags: ['t0'] })).body.tags).toHaveLength(20);
  });

  it('by many at once lose none', async () => {
    const { id } = await openTicket(desk.agent);
    await Promise.all(many(8).map((tag) => patch(id, { addTags: [tag] })));
    expect((await read(id)).tags.sort()).toEqual(many(8));
  });

  it('of many tickets are each one’s own', async () => {
    const [one, other] = [await openTicket(desk.agent, { tags: ['x'] }), await openTicket(desk.agent, { tags: ['y'] })];
    const { body } = await desk.agent.post('/tickets/bulk', {
      ids: [one.id, other.id],
      changes: { addTags: ['z'], removeTags: ['y'] },
    });
    expect(body.results.map(({ ticket }: any) => ticket.tags)).toEqual([['x', 'z'], ['z']]);
  });
});

describe('a reply with changes', () => {
  it('writes both in one version and one event', async () => {
    const group = (await desk.admin.post('/groups', { name: 'Second line' })).body.id;
    await desk.admin.put(`/groups/${group}/members/${desk.agent.id}`);
    const { id } = await openTicket(desk.customer);
    const changes = {
      status: 'PENDING',
      assignedToId: desk.agent.id,
      groupId: group,
      priority: 'URGENT',
      addTags: ['vip'],
      removeTags: ['new'],
    };
    const { status, body } = await comment(id, { changes });
    expect(status).toBe(201);
    const { addTags, removeTags: _, ...fields } = changes;
    expect(await read(id)).toMatchObject({ ...fields, tags: addTags, version: 2, commentCount: 1 });
    const events = await eventsOf(desk.agent, id);
    expect(events.map(({ type }) => type)).toEqual(['CREATED', 'COMMENTED']);
    expect(events.at(-1)?.changes).toMatchObject({
      commentId: { from: null, to: body.id },
      status: { from: 'OPEN', to: 'PENDING' },
      assignedToId: { from: null, to: desk.agent.id },
      groupId: { from: null, to: group },
      priority: { from: 'MEDIUM', to: 'URGENT' },
      tags: { from: [], to: ['vip'] },
    });
  });

  it('that is internal keeps the comment from the customer, whose event tells of the status', async () => {
    const { id } = await openTicket(desk.customer);
    await comment(id, { body: 'a quokka', visibility: 'INTERNAL', changes: { status: 'ON_HOLD' } });
    expect((await read(id)).version).toBe(2);
    const seen = await eventsOf(desk.customer, id);
    expect(seen.at(-1)).toMatchObject({ type: 'UPDATED', changes: { status: { from: 'OPEN', to: 'ON_HOLD' } } });
    expect(JSON.stringify(seen)).not.toContain('commentId');
  });

  it.each<[string, object, number, string, string | undefined]>([
    ['no legal move', { status: 'CLOSED' }, 409, 'invalid_transition', undefined],
    ['no agent', { assignedToId: 'customer' }, 422, 'invalid_reference', 'changes.assignedToId'],
    [
      'no group',
      { groupId: '01a1fac5-30c5-7dac-ac30-a758dbba7229', addTags: ['x'] },
      422,
      'invalid_reference',
      'changes.groupId',
    ],
  ])('that names %s is refused, and nothing is written', async (_, given, status, code, field) => {
    const ticket = await openTicket(desk.customer);
    const changes = 'assignedToId' in given ? { assignedToId: desk.customer.id } : given;
    const answer = await comment(ticket.id, { changes });
    expect([answer.status, answer.body.code, answer.body.field]).toEqual([status, code, field]);
    expect(await read(ticket.id)).toMatchObject(ticket);
  });

  it.each<[object, string[]]>([
    [{ status: 'OPEN', changes: { status: 'OPEN' } }, ['status']],
    [{ changes: { title: 'x' } }, ['changes.title']],
    [{ changes: { tags: [] } }, ['changes.tags']],
    [{ changes: null }, ['changes']],
    [{ changes: [] }, ['changes']],
    [{ changes: { priority: 'PRESSING' } }, ['changes.priority']],
  ])('as %j is answered 400', async (input, fields) => {
    const { id } = await openTicket(desk.customer);
    const { status, body } = await comment(id, input);
    expect([status, body.errors?.map(({ field }: any) => field)]).toEqual([400, fields]);
  });

  it('with a status beside other changes is one write, too', async () => {
    const { id } = await openTicket(desk.customer);
    expect((await comment(id, { status: 'PENDING', changes: { priority: 'LOW' } })).status).toBe(201);
    expect(await read(id)).toMatchObject({ status: 'PENDING', priority: 'LOW', version: 2 });
  });

  it('counts If-Match for all of it', async () => {
    const ticket = await openTicket(desk.customer);
    const stale = await comment(ticket.id, { changes: { priority: 'LOW' } }, desk.agent, { 'if-match': '"7"' });
    expect([stale.status, stale.body.currentVersion]).toEqual([412, 1]);
    expect(await read(ticket.id)).toMatchObject(ticket);
    expect((await comment(ticket.id, { changes: { priority: 'LOW' } }, desk.agent, { 'if-match': '"1"' })).status).toBe(
      201,
    );
  });

  it('lets customers set what they may by a PATCH, and nothing else', async () => {
    const { id } = await openTicket(desk.customer);
    expect((await comment(id, { changes: { status: 'RESOLVED' } }, desk.customer)).status).toBe(201);
    expect((await comment(id, { changes: {} }, desk.customer)).status).toBe(201);
    expect(await read(id)).toMatchObject({ status: 'OPEN', reopenCount: 1 });
    for (const changes of [{ status: 'PENDING' }, { priority: 'LOW' }, { addTags: ['x'] }, { assignedToId: null }])
      expect((await comment(id, { changes }, desk.customer)).body.code).toBe('forbidden');
  });

  it('to a merged ticket changes the one in which the conversation goes on', async () => {
    const [source, target] = [await openTicket(desk.customer), await openTicket(desk.customer, {})];
    await desk.agent.post(`/tickets/${source.id}/merge`, { intoId: target.id });
    await comment(source.id, { changes: { addTags: ['went-on'], priority: 'HIGH' } });
    // The source's opening message came over as a comment.
    expect(await read(target.id)).toMatchObject({ tags: ['went-on'], priority: 'HIGH', commentCount: 2 });
    expect(await read(source.id)).toMatchObject({ tags: [], status: 'CLOSED' });
  });

  it('is a first response all the same', async () => {
    const { id } = await openTicket(desk.customer);
    const { createdAt } = await reply(desk.agent, id, { body: 'Solved.', changes: { status: 'RESOLVED' } });
    expect(await read(id)).toMatchObject({ firstRespondedAt: createdAt, assignedToId: desk.agent.id });
  });
});
