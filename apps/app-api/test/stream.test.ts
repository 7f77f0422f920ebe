import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sharedSystem, until, type Caller, type System } from '@helpdeskly/testing';
import { StreamHub } from '../src/live/stream-hub.js';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';
import { Listener, type Heard } from './streaming.js';

let system: System;
let desk: Helpdesk;
const listeners: Listener[] = [];

beforeAll(async () => {
  system = await sharedSystem();
});
beforeEach(async () => {
  for (const listener of listeners.splice(0)) listener.hang();
  desk = await openHelpdesk(system);
});
afterAll(async () => {
  for (const listener of listeners) listener.hang();
  await system?.close();
});

async function listen(caller: Caller, from?: Parameters<typeof Listener.open>[2]): Promise<Listener> {
  const listener = await Listener.of(system, caller, from);
  listeners.push(listener);
  return listener;
}

const said = (events: readonly Heard[]) => events.map(({ event, data }) => [event, data.number, data.fields]);
const idsOf = (events: readonly Heard[]) => events.map(({ id }) => id);

/** The feed, from the first event to the last. */
async function feed(after?: string): Promise<any[]> {
  const events: any[] = [];
  for (let cursor = after; ;) {
    const { body } = await desk.admin.get(`/events?limit=100${cursor === undefined ? '' : `&after=${cursor}`}`);
    events.push(...body.data);
    if (!body.meta.hasMore) return events;
    cursor = body.meta.nextCursor;
  }
}

describe('a stream', () => {
  it('passes over what was imported, and goes on behind it', async () => {
    const { id } = await openTicket(desk.agent);
    const [first] = await feed();
    const stream = await listen(desk.agent);
    const imported = `INSERT INTO "TicketEvent" ("ticketId", "type", "changes", "imported", "createdAt")
                      SELECT '${id}', 'UPDATED', '{}', true, '2020-01-01' FROM generate_series(1, 250)`;
    await inDatabase(desk.tenant, imported);
    await desk.agent.patch(`/tickets/${id}`, { priority: 'HIGH' });
    const [event] = await stream.heard(1);
    expect(said([event as Heard])).toEqual([['ticket.updated', 1, ['priority']]]);
    const late = await listen(desk.agent, { after: first.cursor });
    expect(idsOf(await late.heard(1))).toEqual(idsOf([event as Heard]));
    expect(await feed()).toHaveLength(252);
  });

  it('tells agents of each write to a ticket, in the order and by the cursors of the feed', async () => {
    const before = await openTicket(desk.agent);
    const stream = await listen(desk.agent);
    const { id } = await openTicket(desk.customer, { title: 'New' });
    await desk.agent.patch(`/tickets/${id}`, { status: 'PENDING', priority: 'HIGH' });
    const comment = await reply(desk.agent, id, { body: 'Known.', visibility: 'INTERNAL' });
    await desk.admin.delete(`/tickets/${id}`);
    await desk.admin.post(`/tickets/${id}/restore`);
    const events = await stream.heard(5);
    expect(said(events)).toEqual([
      ['ticket.created', 2, expect.arrayContaining(['title', 'status'])],
      ['ticket.updated', 2, expect.arrayContaining(['status', 'priority'])],
      ['comment.created', 2, []],
      ['ticket.deleted', 2, ['deletedAt']],
      ['ticket.updated', 2, ['deletedAt']],
    ]);
    expect(events[2]?.data).toMatchObject({ commentId: comment.id, actorId: desk.agent.id, ticketId: id });
    const all = await feed();
    expect(idsOf(events)).toEqual(all.slice(1).map(({ cursor }) => cursor));
    expect(events.map(({ data }) => data.at)).toEqual(all.slice(1).map(({ createdAt }) => createdAt));
    expect(stream.wire).not.toContain(before.id);
  });

  it('is an event stream that nobody keeps, and begins with a comment, a pause to connect again after, and a cursor', async () => {
    const stream = await listen(desk.agent);
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.headers.get('cache-control')).toBe('no-store');
    expect(stream.headers.get('x-accel-buffering')).toBe('no');
    expect(stream.headers.get('x-request-id')).toMatch(/./);
    expect(stream.blocks.slice(0, 2)).toEqual([
      { comment: 'hello', retry: expect.any(Number) },
      { id: expect.any(String) },
    ]);
  });

  it('tells by each event what the schema of its name in the OpenAPI document describes, and no more', async () => {
    const streams = [await listen(desk.agent), await listen(desk.customer)];
    const heard = () => streams.flatMap(({ blocks }) => blocks.filter(({ event }) => event !== undefined));
    const { id } = await openTicket(desk.customer);
    const assigned = await desk.admin.patch(`/tickets/${id}`, { priority: 'HIGH', assignedToId: desk.agent.id });
    expect([assigned.status, assigned.body]).toEqual([200, expect.objectContaining({ priority: 'HIGH' })]);
    await reply(desk.agent, id, { body: 'Known.' });
    await desk.agent.send('PUT', `/tickets/${id}/presence`, { state: 'VIEWING' });
    await until(() => heard().some(({ event }) => event === 'notification'));
    await desk.admin.delete(`/tickets/${id}`);
    const names = ['ticket.created', 'ticket.updated', 'comment.created', 'ticket.deleted', 'presence', 'notification'];
    await until(
      () => names.every((name) => heard().some(({ event }) => event === name)),
      () => streams.map(({ wire }) => wire),
    );
    for (const { event = '', data } of heard()) system.app.describes(event, data);
    expect([...new Set(heard().map(({ event }) => event))].sort()).toEqual(names.sort());
  });

  it('tells customers of their own tickets as they see them, and no word of anything else', async () => {
    const [own, other] = [await openTicket(desk.customer), await openTicket(desk.stranger)];
    const stream = await listen(desk.customer);
    await desk.agent.patch(`/tickets/${own.id}`, { priority: 'LOW', tags: ['vip'] });
    const note = await reply(desk.agent, own.id, { body: 'A secret.', visibility: 'INTERNAL' });
    await reply(desk.agent, other.id, { body: 'For somebody else.' });
    await desk.agent.patch(`/tickets/${own.id}`, { status: 'PENDING', priority: 'HIGH' });
    const answer = await reply(desk.agent, own.id, { body: 'For you.' });
    const events = await stream.heard(2);
    expect(said(events)).toEqual([
      ['ticket.updated', own.number, ['status']],
      ['comment.created', own.number, []],
    ]);
    const seen = (await desk.customer.get(`/tickets/${own.id}`)).body;
    expect(events[1]?.data).toMatchObject({ version: seen.version, commentId: answer.id });
    for (const hidden of [note.id, other.id, 'priority', 'tags', 'INTERNAL']) expect(stream.wire).not.toContain(hidden);
    expect(Object.keys(events[1]?.data).sort()).toEqual(
      ['actorId', 'at', 'commentId', 'fields', 'number', 'ticketId', 'version'].sort(),
    );
  });

  it('tells customers of a ticket from when they are let into it, until they are not', async () => {
    const ticket = await openTicket(desk.customer);
    const stream = await listen(desk.stranger);
    await reply(desk.agent, ticket.id, { body: 'Before.' });
    const path = `/tickets/${ticket.id}/participants`;
    expect((await desk.agent.put(`${path}/${desk.stranger.id}`)).status).toBeLessThan(300);
    const during = await reply(desk.agent, ticket.id, { body: 'During.' });
    const [, second] = await stream.heard(2);
    expect(second?.data.commentId).toBe(during.id);
    expect((await desk.agent.delete(`${path}/${desk.stranger.id}`)).status).toBe(204);
    await reply(desk.agent, ticket.id, { body: 'After.' });
    const own = await openTicket(desk.stranger);
    const [, , third] = await stream.heard(3);
    expect(third?.data.ticketId).toBe(own.id);
  });

  it('tells customers of colleagues’ tickets while their organization shares them', async () => {
    const { id: organizationId } = (await desk.admin.post('/organizations', { name: 'Shared', shared: true })).body;
    for (const { id } of [desk.customer, desk.stranger]) await desk.admin.patch(`/users/${id}`, { organizationId });
    const stream = await listen(desk.stranger);
    const { number } = await openTicket(desk.customer);
    expect((await stream.heard(1))[0]?.data.number).toBe(number);
    await desk.admin.patch(`/organizations/${organizationId}`, { shared: false });
    await openTicket(desk.customer);
    const own = await openTicket(desk.stranger);
    expect((await stream.heard(2))[1]?.data.number).toBe(own.number);
  });

  it('tells customers that a ticket is deleted, and nothing more of it', async () => {
    const ticket = await openTicket(desk.customer);
    const { last } = await listen(desk.customer);
    await reply(desk.agent, ticket.id, { body: 'Soon gone.' });
    await desk.admin.delete(`/tickets/${ticket.id}`);
    const stream = await listen(desk.customer, { last });
    expect(said(await stream.heard(1))).toEqual([['ticket.deleted', ticket.number, ['deletedAt']]]);
    await openTicket(desk.customer);
    expect(said(await stream.heard(2))[1]?.[0]).toBe('ticket.created');
  });

  it('names no ticket to customers who may not see it', async () => {
    const [source, target] = [await openTicket(desk.customer), await openTicket(desk.stranger)];
    const stream = await listen(desk.customer);
    const { status } = await desk.admin.post(`/tickets/${source.id}/merge`, { intoId: target.id, force: true });
    expect(status).toBe(200);
    const mark = await openTicket(desk.customer);
    await until(() => stream.events.some(({ data }) => data.number === mark.number));
    const merged = stream.events.find(({ data }) => data.ticketId === source.id);
    expect(merged?.data.fields).toEqual(['status']);
  });

  it('has an event whose writer told nobody, with the next one', async () => {
    const ticket = await openTicket(desk.agent);
    const stream = await listen(desk.agent);
    await inDatabase(desk.tenant, `INSERT INTO "TicketEvent" ("ticketId", "type") VALUES ($1, 'UPDATED')`, [ticket.id]);
    await openTicket(desk.agent);
    expect(said(await stream.heard(2)).map(([event]) => event)).toEqual(['ticket.updated', 'ticket.created']);
  });

  it('gets a comment now and then, with a cursor that does not grow old while nothing happens', async () => {
    const stream = await listen(desk.agent);
    const first = stream.last;
    system.appApp
      .get(StreamHub)
      .of(desk.tenant.id)
      ?.tick(performance.now() + 15_000);
    await until(() => stream.last !== first);
    expect(stream.blocks.at(-1)).toEqual({ comment: 'here', id: stream.last });
    const { number } = await openTicket(desk.agent);
    const again = await listen(desk.agent, { last: stream.last });
    expect((await again.heard(1))[0]?.data.number).toBe(number);
  });

  it('answers HEAD without streaming', async () => {
    const answer = await fetch(`${system.app.origin}/api/v1/stream`, { method: 'HEAD', headers: desk.agent.headers });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  });
});

describe('a stream that goes on', () => {
  it('does so where it was, by the header before the parameter, and repeats nothing', async () => {
    const first = await listen(desk.agent);
    for (let n = 0; n < 4; n++) await openTicket(desk.agent);
    const events = await first.heard(4);
    first.hang();
    for (let n = 0; n < 2; n++) await openTicket(desk.customer);
    const ids = (await feed()).map(({ cursor }) => cursor);
    const goOn = async (from: Parameters<typeof Listener.open>[2], count: number) =>
      idsOf(await (await listen(desk.agent, from)).heard(count));
    expect(await goOn({ after: events[1]?.id }, 4)).toEqual(ids.slice(2));
    expect(await goOn({ last: events[3]?.id }, 2)).toEqual(ids.slice(4));
    expect(await goOn({ last: events[2]?.id, after: events[0]?.id }, 3)).toEqual(ids.slice(3));
  });

  it('leaves out nothing that was written after its first cursor, which came without an event', async () => {
    const { last } = await listen(desk.customer);
    const { id } = await openTicket(desk.customer);
    const [event] = await (await listen(desk.customer, { last })).heard(1);
    expect(event?.data.ticketId).toBe(id);
  });

  it('catches up with thousands of events while others come, in the order of the feed', async () => {
    const { last } = await listen(desk.agent);
    const { id } = await openTicket(desk.agent);
    await inDatabase(
      desk.tenant,
      `INSERT INTO "TicketEvent" ("ticketId", "type", "changes")
       SELECT $1, 'UPDATED', jsonb_build_object(repeat('x', 100), '{"from":1,"to":2}'::jsonb) FROM generate_series(1, 3000)`,
      [id],
    );
    const streams = await Promise.all([1, 2, 3].map(() => listen(desk.agent, { last })));
    for (let n = 0; n < 5; n++) await openTicket(desk.agent);
    const ids = (await feed()).map(({ cursor }) => cursor);
    for (const stream of streams) expect(idsOf(await stream.heard(3006))).toEqual(ids);
  });

  it('does so by a cursor that is pages ahead of what this process has read', async () => {
    const first = await listen(desk.agent);
    const { id } = await openTicket(desk.agent);
    await first.heard(1);
    await inDatabase(
      desk.tenant,
      `INSERT INTO "TicketEvent" ("ticketId", "type") SELECT $1, 'UPDATED' FROM generate_series(1, 450)`,
      [id],
    );
    const ids = (await feed()).map(({ cursor }) => cursor);
    const ahead = await listen(desk.agent, { last: ids.at(-1) });
    expect(idsOf(await first.heard(451))).toEqual(ids);
    const { number } = await openTicket(desk.agent);
    expect((await ahead.heard(1))[0]?.data.number).toBe(number);
    expect(ahead.blocks.filter(({ event }) => event === 'reset')).toEqual([]);
  });

  it('begins anew after `reset` when its cursor is too old', async () => {
    await openTicket(desk.agent);
    await inDatabase(desk.tenant, `UPDATE "TicketEvent" SET "createdAt" = now() - interval '25 hours'`);
    const [{ cursor }] = await feed();
    await openTicket(desk.agent);
    const stream = await listen(desk.agent, { last: cursor });
    await until(() => stream.blocks.some(({ event }) => event === 'reset'));
    const { number } = await openTicket(desk.agent);
    expect((await stream.heard(1))[0]?.data.number).toBe(number);
    expect(stream.blocks.filter(({ event }) => event === 'reset')).toEqual([
      { id: expect.any(String), event: 'reset', data: {} },
    ]);
  });

  it('begins anew after `reset` when the database has not come as far: it was put back to an earlier state', async () => {
    await openTicket(desk.agent);
    const [{ cursor }] = await feed();
    await inDatabase(
      desk.tenant,
      `WITH gone AS (DELETE FROM "TicketEvent" RETURNING 1) UPDATE "TicketFeed" SET "last" = 0`,
    );
    const stream = await listen(desk.agent, { last: cursor });
    await until(() => stream.blocks.some(({ event }) => event === 'reset'));
    await openTicket(desk.agent);
    expect((await stream.heard(1))[0]?.data.number).toBe(2);
  });

  it('cannot do so by a cursor that is malformed or another tenant’s', async () => {
    const other = await openHelpdesk(system);
    await openTicket(other.agent);
    const foreign = (await other.agent.get('/events')).body.data[0].cursor;
    for (const cursor of ['x', '1', foreign])
      for (const options of [{ path: `/stream?after=${cursor}` }, { headers: { 'last-event-id': cursor } }]) {
        const { path = '/stream', headers } = options as { path?: string; headers?: Record<string, string> };
        expect(refusal(await desk.agent.get(path, headers && { headers }))).toEqual([400, 'invalid_cursor']);
      }
    expect(refusal(await desk.agent.get('/stream?limit=1'))).toEqual([400, 'validation_failed']);
  });
});

describe('a stream ends', () => {
  it('with its session, and only with its own', async () => {
    const again = await desk.tenant.signIn(desk.agent.email);
    const [ended, other] = [await listen(desk.agent), await listen(again)];
    expect((await desk.agent.post('/auth/logout')).status).toBe(204);
    await until(() => ended.ended);
    await openTicket(desk.admin);
    expect(await other.heard(1)).toHaveLength(1);
    expect(ended.events).toEqual([]);
  });

  it('with its user', async () => {
    const stream = await listen(desk.agent);
    expect((await desk.admin.patch(`/users/${desk.agent.id}`, { status: 'DISABLED' })).status).toBe(200);
    await until(() => stream.ended);
  });

  it('when the helpdesk comes to demand a second factor that its user has not', async () => {
    const [staff, customers] = [await listen(desk.agent), await listen(desk.customer)];
    expect((await desk.admin.patch('/settings', { mfaRequired: 'STAFF' })).status).toBe(200);
    await until(() => staff.ended);
    await inDatabase(desk.tenant, `UPDATE "Settings" SET "mfaRequired" = 'NONE'`);
    expect(customers.ended).toBe(false);
  });

  it('with its tenant’s service', async () => {
    const stream = await listen(desk.agent);
    expect((await system.operator.post(`/tenants/${desk.tenant.id}/suspend`)).status).toBe(200);
    await until(() => stream.ended);
    expect((await system.operator.post(`/tenants/${desk.tenant.id}/activate`)).status).toBe(200);
  });

  it('when its session is over for lack of use', async () => {
    await inDatabase(
      desk.tenant,
      `UPDATE "Session" SET "lastUsedAt" = now() - interval '24 hours' + interval '3 seconds' WHERE "userId" = $1`,
      [desk.agent.id],
    );
    const stream = await listen(desk.agent);
    await until(() => stream.ended);
  });
});

describe('a stream whose client leaves before it begins', () => {
  it('takes no room', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const requested = once(server, 'request');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [, response] = (await requested) as [unknown, ServerResponse];
    const closed = once(response, 'close');
    client.destroy();
    await closed;
    const { id, slug } = desk.tenant;
    const [session] = await inDatabase(desk.tenant, `SELECT "id" FROM "Session" WHERE "userId" = $1`, [desk.agent.id]);
    const hub = system.appApp.get(StreamHub);
    const actor = { kind: 'USER', id: desk.agent.id, role: 'AGENT', name: '', sessionId: session.id } as const;
    hub.open({ id, slug }, actor, response, { reset: false });
    expect(hub.of(id)).toBeUndefined();
    server.close();
  });
});

describe('a stream whose user gets another role', () => {
  it('tells from then on what that role may see', async () => {
    const agent = await desk.tenant.user('AGENT');
    const stream = await listen(agent);
    expect((await desk.admin.patch(`/users/${agent.id}`, { role: 'CUSTOMER' })).status).toBe(200);
    await openTicket(desk.customer);
    const own = await openTicket(desk.admin, { authorId: agent.id, priority: 'HIGH' });
    const [event] = await stream.heard(1);
    expect(event?.data.ticketId).toBe(own.id);
    expect(event?.data.fields).not.toContain('priority');
  });
});

describe('streams are refused', () => {
  it('to a customer who has ten', async () => {
    const ten = await Promise.all(Array.from({ length: 10 }, () => listen(desk.customer)));
    const refused = await desk.customer.get('/stream');
    expect(refusal(refused)).toEqual([429, 'stream_limit']);
    expect(refused.headers.get('retry-after')).toBe('10');
    await listen(desk.stranger);
    for (let n = 0; n < 11; n++) await listen(desk.agent);
    ten[0]?.hang();
    await until(async () => {
      const open = await Listener.of(system, desk.customer).catch(() => undefined);
      if (open !== undefined) listeners.push(open);
      return open !== undefined;
    });
  });
});
