import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type Caller, type System } from '@helpdeskly/testing';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, walk, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;
let colleague: Caller;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
  colleague = await desk.tenant.user('AGENT', 'Cole Colleague');
});

afterAll(() => system?.close());

async function macro(fields: object, caller: Caller = desk.agent): Promise<any> {
  const { status, body } = await caller.post('/macros', { name: 'Macro', ...fields });
  expect([status, body.detail]).toEqual([201, undefined]);
  return body;
}

const apply = (ticket: string, id: string, caller: Caller = desk.agent, options?: object) =>
  caller.post(`/tickets/${ticket}/macros/${id}/apply`, undefined, options);
const preview = (ticket: string, id: string, caller: Caller = desk.agent) =>
  caller.post(`/tickets/${ticket}/macros/${id}/preview`);
const commentsOf = async (id: string, caller: Caller = desk.agent) =>
  (await caller.get(`/tickets/${id}/comments`)).body.data;

const greeting = {
  reply: { body: 'Dear {{ticket.author.name}}, {{me.name}} takes your ticket {{ ticket.number }}.' },
  changes: { status: 'PENDING', priority: 'HIGH', assignToMe: true, addTags: ['taken'], removeTags: ['new'] },
};

describe('a macro', () => {
  it('is kept with its reply and its changes', async () => {
    const { status, body, headers } = await desk.agent.post('/macros', { name: 'Take it', ...greeting });
    expect([status, headers.get('location')]).toEqual([201, `/api/v1/macros/${body.id}`]);
    expect(body).toMatchObject({ name: 'Take it', shared: false, ownerId: desk.agent.id, version: 1, ...greeting });
    expect((await desk.agent.get(`/macros/${body.id}`)).body).toEqual(body);
  });

  it('that is personal is not there for anybody else', async () => {
    const { id } = await macro(greeting);
    const ticket = await openTicket(desk.agent);
    for (const caller of [colleague, desk.admin])
      for (const answer of [
        await caller.get(`/macros/${id}`),
        await caller.patch(`/macros/${id}`, { name: 'x' }),
        await caller.delete(`/macros/${id}`),
        await apply(ticket.id, id, caller),
        await preview(ticket.id, id, caller),
      ])
        expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });

  it('that is shared is everybody’s to apply, and the admins’ to make, change and delete', async () => {
    expect((await desk.agent.post('/macros', { name: 'x', shared: true, ...greeting })).status).toBe(403);
    const { id } = await macro({ shared: true, ...greeting }, desk.admin);
    expect((await desk.agent.patch(`/macros/${id}`, { name: 'x' })).status).toBe(403);
    expect((await desk.agent.delete(`/macros/${id}`)).status).toBe(403);
    const ticket = await openTicket(desk.customer);
    expect((await apply(ticket.id, id, colleague)).status).toBe(200);
    expect((await desk.admin.delete(`/macros/${id}`)).status).toBe(204);
  });

  it('is changed when it is as it was read, and not by what it says already', async () => {
    const { id } = await macro(greeting);
    expect((await desk.agent.patch(`/macros/${id}`, greeting)).body.version).toBe(1);
    const { body } = await desk.agent.patch(`/macros/${id}`, { reply: null });
    expect(body).toMatchObject({ reply: null, changes: greeting.changes, version: 2 });
    const headers = { 'if-match': '"1"' };
    expect((await desk.agent.patch(`/macros/${id}`, { name: 'late' }, { headers })).status).toBe(412);
    expect((await desk.agent.patch(`/macros/${id}`, { changes: {} })).body.code).toBe('validation_failed');
  });

  it('is listed by name, those of others left out', async () => {
    const agent = await desk.tenant.user('AGENT');
    for (const name of ['z list', 'A LIST']) await macro({ name, ...greeting }, agent);
    const names = (await walk(agent, '/macros?limit=1&q=list')).map(({ name }) => name);
    expect(names).toEqual(['A LIST', 'z list']);
    expect((await desk.agent.get('/macros?q=z list')).body.data).toEqual([]);
  });

  it.each([
    [{}],
    [{ changes: {} }],
    [{ reply: { body: '' } }],
    [{ reply: { body: 'Dear {{ticket.author.password}}' } }],
    [{ reply: { body: 'x', visibility: 'SECRET' } }],
    [{ changes: { status: 'DONE' } }],
    [{ changes: { addTags: ['Not a tag'] } }],
    [{ changes: { title: 'x' } }],
  ])('is refused as %j', async (input) => {
    const { status, body } = await desk.agent.post('/macros', { name: 'x', ...input });
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });

  it('is the staff’s', async () => {
    const { id } = await macro({ shared: true, ...greeting }, desk.admin);
    const ticket = await openTicket(desk.customer);
    for (const answer of [
      await desk.customer.get('/macros'),
      await desk.customer.post('/macros', { name: 'x', ...greeting }),
      await apply(ticket.id, id, desk.customer),
      await preview(ticket.id, id, desk.customer),
    ])
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  });
});

describe('applying a macro', () => {
  it('writes the reply with its placeholders filled in, and changes the ticket', async () => {
    const { id } = await macro(greeting);
    const ticket = await openTicket(desk.agent, { authorId: desk.customer.id, tags: ['new', 'printer'] });
    const { status, body } = await apply(ticket.number, id);
    expect(status).toBe(200);
    const text = `Dear Carl Customer, Anna Agent takes your ticket ${ticket.number}.`;
    expect(body.reply).toEqual({ body: text, visibility: 'PUBLIC' });
    expect(body.ticket).toMatchObject({
      status: 'PENDING',
      priority: 'HIGH',
      assignedToId: desk.agent.id,
      tags: ['printer', 'taken'],
      commentCount: 1,
    });
    expect(body.ticket.firstRespondedAt).not.toBeNull();
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body).toEqual(body.ticket);
    expect((await commentsOf(ticket.id)).map((comment: any) => comment.body)).toEqual([text]);
    const types = (await eventsOf(desk.agent, ticket.id)).map(({ type }) => type);
    expect(types).toEqual(['CREATED', 'COMMENTED']);
    expect(body.ticket.version).toBe(2);
  });

  it('may write internally, which the customer does not see', async () => {
    const { id } = await macro({ reply: { body: 'a quokka', visibility: 'INTERNAL' } });
    const ticket = await openTicket(desk.customer);
    await apply(ticket.id, id);
    expect(JSON.stringify(await commentsOf(ticket.id))).toContain('quokka');
    for (const seen of [await commentsOf(ticket.id, desk.customer), await eventsOf(desk.customer, ticket.id)])
      expect(JSON.stringify(seen)).not.toContain('quokka');
    expect((await desk.customer.get('/tickets?q=quokka')).body.data).toEqual([]);
  });

  it('does all of it or nothing', async () => {
    const gone = await desk.tenant.user('AGENT');
    const { id } = await macro({ reply: { body: 'x' }, changes: { assignedToId: gone.id } });
    await desk.admin.delete(`/users/${gone.id}`);
    const ticket = await openTicket(desk.agent);
    const { status, body } = await apply(ticket.id, id);
    expect([status, body.code]).toEqual([422, 'invalid_reference']);
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body).toMatchObject(ticket);
    expect(await commentsOf(ticket.id)).toEqual([]);
  });

  it('honours If-Match, with a reply and without', async () => {
    for (const fields of [greeting, { changes: greeting.changes }]) {
      const { id } = await macro(fields);
      const ticket = await openTicket(desk.customer);
      const stale = await apply(ticket.id, id, desk.agent, { headers: { 'if-match': '"7"' } });
      expect([stale.status, stale.body.code]).toEqual([412, 'version_conflict']);
      expect((await apply(ticket.id, id, desk.agent, { headers: { 'if-match': '"1"' } })).status).toBe(200);
    }
  });

  it('happens once for one Idempotency-Key', async () => {
    const { id } = await macro(greeting);
    const ticket = await openTicket(desk.customer);
    const headers = { 'idempotency-key': `apply ${ticket.id}` };
    const first = await apply(ticket.id, id, desk.agent, { headers });
    const again = await apply(ticket.id, id, desk.agent, { headers });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await commentsOf(ticket.id)).toHaveLength(1);
  });

  it('writes no reply when nothing of it is left, and the changes all the same', async () => {
    const { id } = await macro({ reply: { body: ' {{ticket.assignedTo.name}} ' }, changes: { priority: 'LOW' } });
    const ticket = await openTicket(desk.customer);
    const applied = await apply(ticket.id, id);
    expect([applied.status, applied.body.reply]).toEqual([200, null]);
    expect(applied.body.ticket).toMatchObject({ priority: 'LOW', commentCount: 0, firstRespondedAt: null });
  });

  it('may write as many characters as a comment has, each counted once', async () => {
    const { id } = await macro({ reply: { body: '🎫'.repeat(40_000) } });
    const ticket = await openTicket(desk.customer);
    expect((await apply(ticket.id, id)).status).toBe(200);
  });

  it('is refused for a closed ticket, and for one whose tags would be too many', async () => {
    const { id } = await macro(greeting);
    const closed = await openTicketAs(desk.agent, 'CLOSED');
    expect((await apply(closed.id, id)).body.code).toBe('ticket_closed');
    const full = await openTicket(desk.agent, { tags: Array.from({ length: 20 }, (_, index) => `t${index}`) });
    const refused = await apply(full.id, id);
    expect([refused.status, refused.body.code]).toEqual([409, 'limit_reached']);
    expect(await commentsOf(full.id)).toEqual([]);
  });

  it('by many at once loses no tag', async () => {
    const ticket = await openTicket(desk.agent);
    const macros = await Promise.all(
      Array.from({ length: 8 }, (_, index) => macro({ changes: { addTags: [`tag-${index}`] } })),
    );
    const answers = await Promise.all(macros.map(({ id }) => apply(ticket.id, id)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body.tags).toHaveLength(8);
  });
});

describe('previewing a macro', () => {
  it('answers what applying it would, and keeps nothing', async () => {
    const { id } = await macro(greeting);
    const ticket = await openTicket(desk.agent, { authorId: desk.customer.id });
    const events = await eventsOf(desk.agent, ticket.id);
    const shown = await preview(ticket.id, id);
    expect(shown.status).toBe(200);
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body).toMatchObject(ticket);
    expect([await commentsOf(ticket.id), await eventsOf(desk.agent, ticket.id)]).toEqual([[], events]);
    const { body: applied } = await apply(ticket.id, id);
    expect(shown.body.reply).toEqual(applied.reply);
    const { updatedAt: _, firstRespondedAt: __, ...expected } = applied.ticket;
    expect(shown.body.ticket).toMatchObject(expected);
  });

  it('is refused as applying it would be', async () => {
    const { id } = await macro(greeting);
    const closed = await openTicketAs(desk.agent, 'CLOSED');
    const { status, body } = await preview(closed.id, id);
    expect([status, body.code]).toEqual([409, 'ticket_closed']);
  });
});
