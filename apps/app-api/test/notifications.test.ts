import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sharedSystem, until, type Caller, type System } from '@helpdeskly/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAppApi } from 'app-api';
import { openHelpdesk, openTicket, reply, walk, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';
import { Listener } from './streaming.js';

let system: System;
let desk: Helpdesk;
let colleague: Helpdesk['agent'];
/** The customer's. */
let ticket: any;
/** Another process of the app API. */
let second: NestFastifyApplication;

beforeAll(async () => {
  system = await sharedSystem();
  second = await createAppApi(system.installation.appConfig());
  await second.listen(0, '127.0.0.1');
});
beforeEach(async () => {
  desk = await openHelpdesk(system);
  colleague = await desk.tenant.user('AGENT', 'Cole Colleague');
  ticket = await openTicket(desk.customer);
});
afterAll(async () => {
  await second?.close();
  await system?.close();
});

const told = async (caller: Caller, query = ''): Promise<any[]> =>
  (await caller.get(`/notifications${query}`)).body.data;
const kinds = async (caller: Caller) => (await told(caller)).map(({ kind }) => kind);
const assign = (to: { id: string }, id: string = ticket.id) =>
  desk.admin.patch(`/tickets/${id}`, { assignedToId: to.id });
const mentionOf = (id: string) => `@[Somebody](user:${id}), please look.`;
const note = (caller: Caller, body: string) => reply(caller, ticket.id, { body, visibility: 'INTERNAL' });
const choose = (caller: Caller, choice: object) => caller.patch('/notifications/preferences', choice);
async function teamOf(...members: { id: string }[]): Promise<string> {
  const { body } = await desk.admin.post('/groups', { name: 'Second level' });
  for (const { id } of members) await desk.admin.put(`/groups/${body.id}/members/${id}`);
  return body.id;
}

describe('a notification', () => {
  it('tells an agent of a ticket that somebody else assigned', async () => {
    await assign(desk.agent);
    const { admin } = desk;
    expect(await told(desk.agent)).toEqual([
      {
        id: expect.any(String),
        kind: 'ASSIGNED',
        ticketId: ticket.id,
        number: ticket.number,
        title: ticket.title,
        commentId: null,
        actorId: admin.id,
        actor: { id: admin.id, name: admin.name, email: admin.email, role: 'ADMIN' },
        details: {},
        readAt: null,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    ]);
    expect(await told(admin)).toEqual([]);
  });

  it('tells the assignee of a ticket that was opened for them, and of one that a reply gave them, once', async () => {
    await openTicket(desk.admin, { assignedToId: desk.agent.id });
    await reply(desk.admin, ticket.id, { body: 'Over to you.', changes: { assignedToId: desk.agent.id } });
    expect(await kinds(desk.agent)).toEqual(['ASSIGNED', 'ASSIGNED']);
  });

  it('tells nobody of what they did themselves', async () => {
    await desk.agent.patch(`/tickets/${ticket.id}`, { assignedToId: desk.agent.id });
    await reply(desk.agent, ticket.id, { body: 'Mine.', status: 'PENDING' });
    await note(desk.agent, mentionOf(desk.agent.id));
    expect(await told(desk.agent)).toEqual([]);
    await reply(desk.customer, ticket.id, { body: 'Thanks.' });
    expect(await kinds(desk.customer)).toEqual(['REPLIED']);
  });

  it('tells the members of a group of a ticket that it was given, and the new assignee of the assignment alone', async () => {
    const groupId = await teamOf(desk.admin, desk.agent, colleague);
    await desk.admin.patch(`/tickets/${ticket.id}`, { groupId, assignedToId: colleague.id });
    expect(await kinds(desk.agent)).toEqual(['GROUP_ASSIGNED']);
    expect(await kinds(colleague)).toEqual(['ASSIGNED']);
    expect(await kinds(desk.admin)).toEqual([]);
  });

  it('tells those who are mentioned in an internal comment, of the mention alone', async () => {
    await assign(colleague);
    const { id } = await note(desk.agent, `${mentionOf(colleague.id.toUpperCase())} ${mentionOf(desk.admin.id)}`);
    const [first, ...rest] = await told(colleague);
    expect(first).toMatchObject({ kind: 'MENTIONED', commentId: id, actorId: desk.agent.id });
    expect(rest.map(({ kind }) => kind)).toEqual(['ASSIGNED']);
    expect(await kinds(desk.admin)).toEqual(['MENTIONED']);
  });

  it('tells no customer of a mention, and nobody of one in a public comment', async () => {
    await note(desk.agent, mentionOf(desk.customer.id));
    await note(desk.agent, mentionOf('01a1fac5-30c5-7dac-ac30-a758dbba7229'));
    await reply(desk.customer, ticket.id, { body: mentionOf(colleague.id) });
    expect(await kinds(desk.customer)).toEqual([]);
    expect(await kinds(colleague)).toEqual([]);
  });

  it('tells the author, the assignee and the participants of a public reply', async () => {
    await assign(desk.agent);
    for (const user of [colleague, desk.stranger])
      await desk.admin.put(`/tickets/${ticket.id}/participants/${user.id}`);
    const { id } = await reply(desk.admin, ticket.id, { body: 'We are on it.' });
    for (const reader of [desk.agent, colleague, desk.customer, desk.stranger])
      expect((await told(reader))[0]).toMatchObject({ kind: 'REPLIED', commentId: id, ticketId: ticket.id });
    const [{ actor }] = await told(desk.customer);
    expect(actor).toEqual({ id: desk.admin.id, name: desk.admin.name, role: 'ADMIN' });
  });

  it('tells the staff alone of an internal comment', async () => {
    await assign(desk.agent);
    await desk.admin.put(`/tickets/${ticket.id}/participants/${colleague.id}`);
    await note(desk.admin, 'Between us.');
    expect(await kinds(desk.agent)).toEqual(['REPLIED', 'ASSIGNED']);
    expect(await kinds(colleague)).toEqual(['REPLIED']);
    expect(await kinds(desk.customer)).toEqual([]);
  });

  it('is not written when the write is refused', async () => {
    const answer = await desk.admin.post(`/tickets/${ticket.id}/comments`, {
      body: mentionOf(desk.agent.id),
      visibility: 'INTERNAL',
      changes: { assignedToId: desk.customer.id },
    });
    expect(refusal(answer)).toEqual([422, 'invalid_reference']);
    expect(await told(desk.agent)).toEqual([]);
  });

  it('tells nobody who is disabled', async () => {
    await desk.admin.put(`/tickets/${ticket.id}/participants/${colleague.id}`);
    await desk.admin.delete(`/users/${colleague.id}`);
    await reply(desk.customer, ticket.id, { body: 'Hello?' });
    const rows = await inDatabase(desk.tenant, 'SELECT FROM "Notification" WHERE "userId" = $1', [colleague.id]);
    expect(rows).toEqual([]);
  });

  it('is written by macros and bulk changes, too', async () => {
    const { body: macro } = await desk.admin.post('/macros', {
      name: 'Give',
      changes: { assignedToId: desk.agent.id },
    });
    expect((await desk.admin.post(`/tickets/${ticket.id}/macros/${macro.id}/apply`)).status).toBe(200);
    const other = await openTicket(desk.customer);
    await desk.admin.post('/tickets/bulk', { ids: [other.id], changes: { assignedToId: desk.agent.id } });
    expect(await kinds(desk.agent)).toEqual(['ASSIGNED', 'ASSIGNED']);
  });

  it('is not listed while its ticket is deleted', async () => {
    await assign(desk.agent);
    await desk.admin.delete(`/tickets/${ticket.id}`);
    expect(await told(desk.agent)).toEqual([]);
    await desk.admin.post(`/tickets/${ticket.id}/restore`);
    expect(await kinds(desk.agent)).toEqual(['ASSIGNED']);
  });

  it('of an internal comment is hidden from an agent who became a customer', async () => {
    await note(desk.agent, mentionOf(colleague.id));
    await desk.admin.put(`/tickets/${ticket.id}/participants/${colleague.id}`);
    expect((await desk.admin.patch(`/users/${colleague.id}`, { role: 'CUSTOMER' })).status).toBe(200);
    const again = await desk.tenant.signIn(colleague.email);
    expect(await told(again)).toEqual([]);
  });

  it('follows its comment to the ticket into which that was moved', async () => {
    await assign(desk.agent);
    await reply(desk.customer, ticket.id, { body: 'One more thing.' });
    const target = await openTicket(desk.customer, { title: 'The other one' });
    await desk.admin.post(`/tickets/${ticket.id}/merge`, { intoId: target.id });
    const [replied, assigned] = await told(desk.agent);
    expect(replied).toMatchObject({
      kind: 'REPLIED',
      ticketId: target.id,
      number: target.number,
      title: 'The other one',
    });
    expect(assigned).toMatchObject({ kind: 'ASSIGNED', ticketId: ticket.id });
  });

  it('is kept for 90 days, and taken away by later ones', async () => {
    await assign(desk.agent);
    await inDatabase(desk.tenant, `UPDATE "Notification" SET "createdAt" = now() - interval '91 days'`);
    expect(await told(desk.agent)).toEqual([]);
    await reply(desk.customer, ticket.id, { body: 'Hello?' });
    const rows = await inDatabase(desk.tenant, 'SELECT "kind" FROM "Notification"');
    expect(rows).toEqual([{ kind: 'REPLIED' }]);
  });
});

describe('the list of notifications', () => {
  it('is walked by cursors, newest first or oldest first, each once', async () => {
    for (let n = 0; n < 5; n++) await openTicket(desk.admin, { title: `No. ${n}`, assignedToId: desk.agent.id });
    const newest = (await walk(desk.agent, '/notifications?limit=2')).map(({ title }) => title);
    expect(newest).toEqual(['No. 4', 'No. 3', 'No. 2', 'No. 1', 'No. 0']);
    const oldest = (await walk(desk.agent, '/notifications?limit=2&sort=createdAt')).map(({ title }) => title);
    expect(oldest).toEqual([...newest].reverse());
    const { body } = await desk.agent.get('/notifications?limit=2');
    const elsewhere = await desk.admin.get(`/notifications?limit=2&cursor=${body.meta.nextCursor}`);
    expect(refusal(elsewhere)).toEqual([400, 'invalid_cursor']);
  });

  it('counts and filters by what was read, and by kind', async () => {
    await assign(desk.agent);
    await reply(desk.customer, ticket.id, { body: 'Hello?' });
    const [replied] = await told(desk.agent);
    expect((await desk.agent.post('/notifications/read', { ids: [replied.id] })).body).toEqual({ unread: 1 });
    expect((await desk.agent.get('/notifications?unread=true&include=total')).body).toMatchObject({
      data: [{ kind: 'ASSIGNED', readAt: null }],
      meta: { total: 1 },
    });
    expect(await told(desk.agent, '?unread=false')).toMatchObject([{ id: replied.id, readAt: expect.any(String) }]);
    expect(await told(desk.agent, '?kind=mentioned,assigned')).toMatchObject([{ kind: 'ASSIGNED' }]);
    for (const query of ['unread=1', 'kind=assigned,other', 'sort=kind', 'unknown=1'])
      expect(refusal(await desk.agent.get(`/notifications?${query}`))).toEqual([400, 'validation_failed']);
  });
});

describe('reading notifications', () => {
  it('marks all that were written before a time, and keeps when one was read first', async () => {
    await assign(desk.agent);
    await reply(desk.customer, ticket.id, { body: 'Hello?' });
    const [newer, older] = await told(desk.agent);
    expect((await desk.agent.post('/notifications/read', { ids: [older.id] })).body).toEqual({ unread: 1 });
    const [, { readAt }] = await told(desk.agent);
    const before = new Date(Date.parse(newer.createdAt) + 1).toISOString();
    expect((await desk.agent.post('/notifications/read', { before: older.createdAt })).body).toEqual({ unread: 1 });
    const { status, body } = await desk.agent.post('/notifications/read', { before });
    expect([status, body]).toEqual([200, { unread: 0 }]);
    expect((await told(desk.agent))[1].readAt).toBe(readAt);
  });

  it('refuses the notifications of others, and changes nothing then', async () => {
    await assign(desk.agent);
    await assign(colleague, (await openTicket(desk.customer)).id);
    const ids = [(await told(desk.agent))[0].id, (await told(colleague))[0].id];
    expect(refusal(await desk.agent.post('/notifications/read', { ids }))).toEqual([422, 'invalid_reference']);
    expect((await told(desk.agent, '?unread=true')).length).toBe(1);
  });

  it.each([
    ['nothing', {}],
    ['both', { ids: ['01a1fac5-30c5-7dac-ac30-a758dbba7229'], before: '2026-01-01T00:00:00Z' }],
    ['no ids', { ids: [] }],
    ['no UUIDs', { ids: ['1'] }],
    ['no time', { before: 'yesterday' }],
    ['unknown fields', { all: true }],
  ])('refuses a body with %s', async (_what, body) => {
    expect(refusal(await desk.agent.post('/notifications/read', body))).toEqual([400, 'validation_failed']);
  });
});

describe('preferences of notifications', () => {
  const on = { inApp: true, mail: true };

  it('are all on at first, each kind for the app and for mail', async () => {
    const { headers, body } = await desk.customer.get('/notifications/preferences');
    expect(body).toEqual({
      ASSIGNED: on,
      GROUP_ASSIGNED: on,
      MENTIONED: on,
      REPLIED: on,
      DELIVERY_FAILED: on,
      SEND_FAILED: on,
      MAIL_HELD: on,
      WEBHOOK_DISABLED: on,
      SECURITY: on,
      version: 1,
    });
    expect(headers.get('etag')).toBe('"1"');
  });

  it('are changed one by one, under a version', async () => {
    const first = await choose(desk.agent, { REPLIED: { mail: false }, ASSIGNED: { inApp: false, mail: true } });
    expect(first.body).toMatchObject({ REPLIED: { inApp: true, mail: false }, ASSIGNED: { inApp: false }, version: 2 });
    expect((await choose(desk.agent, { REPLIED: { inApp: true, mail: false } })).body.version).toBe(2);
    const stale = await desk.agent.patch('/notifications/preferences', {}, { headers: { 'if-match': '"1"' } });
    expect([...refusal(stale), stale.body.currentVersion]).toEqual([412, 'version_conflict', 2]);
    expect((await desk.admin.get('/notifications/preferences')).body.version).toBe(1);
  });

  it('decide what is written: nothing, for mail alone, or for the app', async () => {
    const stored = async () =>
      inDatabase(desk.tenant, 'SELECT "inApp", "mail" FROM "Notification" WHERE "kind" = $1 ORDER BY "id"', [
        'ASSIGNED',
      ]);
    await choose(desk.agent, { ASSIGNED: { inApp: false, mail: false } });
    await assign(desk.agent);
    expect(await stored()).toEqual([]);
    await choose(desk.agent, { ASSIGNED: { mail: true } });
    await openTicket(desk.admin, { assignedToId: desk.agent.id });
    expect(await told(desk.agent)).toEqual([]);
    await choose(desk.agent, { ASSIGNED: { inApp: true, mail: false } });
    await openTicket(desk.admin, { assignedToId: desk.agent.id });
    expect(await kinds(desk.agent)).toEqual(['ASSIGNED']);
    expect(await stored()).toEqual([
      { inApp: false, mail: true },
      { inApp: true, mail: false },
    ]);
  });

  it('want no mail of a reply that customers get by mail anyway', async () => {
    await reply(desk.agent, ticket.id, { body: 'On it.' });
    expect(await inDatabase(desk.tenant, 'SELECT "inApp", "mail" FROM "Notification"')).toEqual([
      { inApp: true, mail: false },
    ]);
  });

  it('cannot turn notices about security off', async () => {
    const refused = await choose(desk.agent, { SECURITY: { inApp: false }, REPLIED: { mail: false } });
    expect(refusal(refused)).toEqual([400, 'validation_failed']);
    expect(refused.body.errors).toEqual([{ field: 'SECURITY.inApp', code: 'always_on', message: expect.any(String) }]);
    const { status, body } = await choose(desk.agent, { SECURITY: on });
    expect([status, body.version]).toEqual([200, 1]);
  });

  it.each([
    ['an unknown kind', { OTHER: on }],
    ['an unknown channel', { REPLIED: { sms: true } }],
    ['a word', { REPLIED: { mail: 'yes' } }],
    ['no channel', { REPLIED: {} }],
    ['null', { REPLIED: null }],
  ])('refuse %s', async (_what, body) => {
    expect(refusal(await choose(desk.agent, body))).toEqual([400, 'validation_failed']);
  });
});

describe('a stream', () => {
  it('tells a person of their notifications on every process, with the cursor before them, and nobody else', async () => {
    const there = await second.getUrl();
    const here = await Listener.of(system, desk.agent);
    const away = await Listener.open(there, desk.agent);
    const others = await Listener.open(there, colleague);
    const customers = await Listener.open(there, desk.customer);
    await note(desk.admin, mentionOf(desk.agent.id));
    const [notification] = await told(desk.agent);
    for (const listener of [here, away]) {
      const heard = () => listener.blocks.filter(({ event }) => event === 'notification');
      await until(() => heard().length > 0);
      const { id, kind, commentId, createdAt } = notification;
      const { version } = (await desk.agent.get(`/tickets/${ticket.id}`)).body;
      const about = { ticketId: ticket.id, number: ticket.number, version, commentId, actorId: desk.admin.id };
      expect(heard().map(({ data }) => data)).toEqual([{ id, kind, ...about, at: createdAt }]);
      const cursors = listener.blocks.map((block) => block.id);
      expect(cursors).toContain(heard()[0]?.id);
    }
    await others.heard(1);
    await reply(desk.customer, ticket.id, { body: 'The last one.' });
    await customers.heard(1);
    for (const listener of [others, customers]) expect(listener.wire).not.toContain('event: notification');
    for (const listener of [here, away, others, customers]) listener.hang();
  });

  it('does not replay them', async () => {
    const listener = await Listener.of(system, desk.agent);
    const after = listener.last;
    listener.hang();
    await assign(desk.agent);
    const again = await Listener.of(system, desk.agent, { last: after });
    await again.heard(1);
    expect(again.wire).not.toContain('event: notification');
    again.hang();
  });
});

describe("a person's own data", () => {
  it('holds their notifications and what they chose', async () => {
    await assign(desk.agent);
    await choose(desk.agent, { REPLIED: { mail: false } });
    const { body } = await desk.admin.post(`/users/${desk.agent.id}/export`);
    expect(body.notifications).toMatchObject([{ kind: 'ASSIGNED', ticketId: ticket.id }]);
    expect(body.notificationPreferences).toMatchObject({ REPLIED: { inApp: true, mail: false } });
  });

  it('goes with an anonymized person: what they were told of, and what they chose', async () => {
    await assign(desk.agent);
    await choose(desk.agent, { REPLIED: { mail: false } });
    const { body } = await desk.admin.post(`/users/${desk.agent.id}/anonymize`, { dryRun: true });
    expect(body.removed.notifications).toBe(1);
    expect((await desk.admin.post(`/users/${desk.agent.id}/anonymize`, {})).status).toBe(200);
    for (const table of ['Notification', 'NotificationPreferences'])
      expect(await inDatabase(desk.tenant, `SELECT FROM "${table}" WHERE "userId" = $1`, [desk.agent.id])).toEqual([]);
  });

  it('is joined when two accounts of a customer are', async () => {
    await reply(desk.agent, ticket.id, { body: 'On it.' });
    await choose(desk.customer, { REPLIED: { mail: false } });
    const { id } = desk.customer;
    expect((await desk.admin.post(`/users/${id}/merge`, { intoId: desk.stranger.id })).status).toBe(200);
    expect(await told(desk.stranger)).toMatchObject([{ kind: 'REPLIED', ticketId: ticket.id }]);
    expect((await desk.stranger.get('/notifications/preferences')).body.version).toBe(1);
  });
});
