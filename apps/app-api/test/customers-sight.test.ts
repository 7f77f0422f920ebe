import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sharedSystem, type Answer, type Caller, type System, type User } from '@helpdeskly/testing';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, reply, walk, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';

const runs = Number(process.env.MODEL_RUNS ?? 3);

let system: System;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const read = async (caller: Caller, id: string): Promise<any> => (await caller.get(`/tickets/${id}`)).body;

async function made(path: string, body: object): Promise<any> {
  const answer = await desk.admin.post(path, body);
  expect([answer.status, answer.body.code]).toEqual([201, undefined]);
  return answer.body;
}

const note = (id: string, fields: object = {}) =>
  reply(desk.agent, id, { body: 'He always says so.', visibility: 'INTERNAL', ...fields });

/** All that a customer is answered about a ticket. */
async function everythingOf(
  customer: Caller,
  id: string,
): Promise<{ version: number; updatedAt: string; rest: string }> {
  const { version, updatedAt, ...ticket } = await read(customer, id);
  const parts = ['comments', 'events', 'participants'].map((part) =>
    customer.get(`/tickets/${id}/${part}?limit=100`.replace('participants?limit=100', 'participants')),
  );
  return { version, updatedAt, rest: JSON.stringify([ticket, ...(await Promise.all(parts)).map(({ body }) => body)]) };
}

type Write = (id: string) => Promise<Answer>;
type NamedWrite = readonly [string, Write];

/** What agents and admins do to a ticket all day; by name, to be read where an order of them fails. */
function staffWrites(group: string, guest: User, colleague: User, other: string): readonly NamedWrite[] {
  const { admin, agent } = desk;
  const patch =
    (fields: object): Write =>
    (id) =>
      agent.patch(`/tickets/${id}`, fields);
  const comment =
    (fields: object): Write =>
    (id) =>
      agent.post(`/tickets/${id}/comments`, { body: 'Words.', ...fields });
  const redact =
    (visibility: string): Write =>
    async (id) => {
      const { data } = (await admin.get(`/tickets/${id}/comments?limit=100`)).body;
      const last = data.findLast((each: any) => each.visibility === visibility);
      return admin.post(`/tickets/${id}/comments/${last?.id ?? id}/redact`);
    };
  const split =
    (visibility: string): Write =>
    async (id) => {
      const { data } = (await admin.get(`/tickets/${id}/comments?limit=100`)).body;
      const last = data.findLast((each: any) => each.visibility === visibility);
      return agent.post(`/tickets/${id}/split`, { title: 'Another thing', commentIds: [last?.id ?? id] });
    };
  return [
    ['priority LOW', patch({ priority: 'LOW' })],
    ['priority URGENT', patch({ priority: 'URGENT' })],
    ['tags', patch({ tags: ['vip'] })],
    ['no tags', patch({ tags: null })],
    ['tags and status', patch({ tags: ['late'], status: 'PENDING' })],
    ['title', patch({ title: 'Another title' })],
    ['opened again', patch({ status: 'OPEN' })],
    ['assigned', patch({ assignedToId: desk.agent.id, groupId: null })],
    ['unassigned', patch({ assignedToId: null })],
    ['group', patch({ groupId: group })],
    ['nothing', patch({})],
    ['reply', comment({})],
    ['note', comment({ visibility: 'INTERNAL' })],
    ['note that resolves', comment({ visibility: 'INTERNAL', status: 'RESOLVED' })],
    ['reply redacted', redact('PUBLIC')],
    ['note redacted', redact('INTERNAL')],
    ['reply split off', split('PUBLIC')],
    ['note split off', split('INTERNAL')],
    ['guest in', (id) => agent.put(`/tickets/${id}/participants/${guest.id}`)],
    ['guest out', (id) => agent.delete(`/tickets/${id}/participants/${guest.id}`)],
    ['follower in', (id) => agent.put(`/tickets/${id}/participants/${colleague.id}`)],
    ['follower out', (id) => agent.delete(`/tickets/${id}/participants/${colleague.id}`)],
    ['link', (id) => agent.post(`/tickets/${id}/links`, { ticketId: other, type: 'RELATED' })],
    ['bulk priority', (id) => agent.post('/tickets/bulk', { ids: [id], changes: { priority: 'HIGH' } })],
    ['bulk status', (id) => agent.post('/tickets/bulk', { ids: [id], changes: { status: 'ON_HOLD' } })],
  ];
}

describe('a customer’s version and time of a ticket', () => {
  it(
    'move exactly when something moves that the customer sees, whatever the staff does',
    async () => {
      const colleague = await desk.tenant.user('AGENT');
      const group = await made('/groups', { name: `Group ${++count}` });
      const other = await openTicket(desk.stranger);
      const writes = staffWrites(group.id, desk.stranger, colleague, other.id);
      const orders = fc.array(fc.constantFrom(...writes.map(([name]) => name)), { minLength: 10, maxLength: 25 });
      const property = fc.asyncProperty(orders, async (names) => {
        const { id } = await openTicket(desk.customer);
        let before = await everythingOf(desk.customer, id);
        for (const name of names) {
          await new Map(writes).get(name)?.(id);
          const after = await everythingOf(desk.customer, id);
          const changed = after.rest !== before.rest;
          const moved = after.version - before.version;
          expect([name, moved > 0, after.updatedAt >= before.updatedAt]).toEqual([name, changed, true]);
          if (!changed) expect(after).toEqual(before);
          before = after;
        }
        return true;
      });
      await fc.assert(property, { numRuns: runs, seed: Number(process.env.SIGHT_SEED ?? 1) });
    },
    60_000 + runs * 30_000,
  );

  it('are what If-Match of a customer is compared with, and the ETag', async () => {
    const ticket = await openTicket(desk.customer);
    await note(ticket.id);
    await desk.agent.patch(`/tickets/${ticket.id}`, { priority: 'HIGH', tags: ['vip'] });
    const { headers, body } = await desk.customer.get(`/tickets/${ticket.id}`);
    expect([body.version, headers.get('etag'), (await read(desk.agent, ticket.id)).version]).toEqual([1, '"1"', 3]);
    const resolve = (version: string) =>
      desk.customer.patch(`/tickets/${ticket.id}`, { status: 'RESOLVED' }, { headers: { 'if-match': version } });
    const stale = await resolve('"3"');
    expect([stale.status, stale.body.code, stale.body.currentVersion]).toEqual([412, 'version_conflict', 1]);
    expect((await resolve('"1"')).status).toBe(200);
    const replying = { headers: { 'if-match': '"2"' } };
    expect((await desk.customer.post(`/tickets/${ticket.id}/comments`, { body: 'x' }, replying)).status).toBe(201);
  });

  it('order the customer’s list, bound its pages and narrow it', async () => {
    const customer = await desk.tenant.user('CUSTOMER');
    const [first, second, third] = [await openTicket(customer), await openTicket(customer), await openTicket(customer)];
    await note(first.id);
    await note(second.id);
    const ids = async (query: string, caller: Caller = customer) =>
      (await walk(caller, `/tickets?${query}`)).map(({ id }) => id);
    expect(await ids('limit=1')).toEqual([third.id, second.id, first.id]);
    expect(await ids(`author=${customer.id}&limit=1`, desk.agent)).toEqual([second.id, first.id, third.id]);
    const since = `updatedAfter=${encodeURIComponent(third.createdAt)}`;
    expect((await ids(since)).filter((id) => id !== third.id)).toEqual([]);
    expect((await ids(`${since}&author=${customer.id}`, desk.agent)).filter((id) => id !== third.id)).toEqual([
      second.id,
      first.id,
    ]);
  });

  it('do not move when a group goes through what only the staff reads, and do when it takes the ticket along', async () => {
    const group = await made('/groups', { name: `Leaving ${++count}` });
    const ticket = await openTicket(desk.agent, { authorId: desk.customer.id, groupId: group.id });
    expect((await desk.admin.delete(`/groups/${group.id}`)).status).toBe(204);
    expect(await read(desk.customer, ticket.id)).toMatchObject({ version: 2, groupId: null });
    expect(JSON.stringify(await eventsOf(desk.customer, ticket.id))).not.toContain(group.name);
  });
});

describe('what customers never see', () => {
  it('is missing in what they are answered to a POST and a PATCH, too', async () => {
    const opened = await openTicket(desk.customer);
    const changed = (await desk.customer.patch(`/tickets/${opened.id}`, { status: 'RESOLVED' })).body;
    for (const ticket of [opened, changed])
      for (const field of ['priority', 'tags', 'internal']) expect(ticket).not.toHaveProperty(field);
    expect(opened.author).toMatchObject({ email: desk.customer.email });
  });

  it('are the addresses of the staff, wherever a person stands', async () => {
    const ticket = await openTicket(desk.agent, { authorId: desk.customer.id, assignedToId: desk.agent.id });
    await reply(desk.admin, ticket.id, { body: 'We are on it.' });
    const search = await desk.customer.get('/tickets?q=printer&limit=100');
    const { rest } = await everythingOf(desk.customer, ticket.id);
    for (const text of [rest, JSON.stringify(search.body)]) {
      expect(text).not.toContain(desk.agent.email);
      expect(text).not.toContain(desk.admin.email);
    }
    expect((await read(desk.customer, ticket.id)).assignedTo).toEqual({
      id: desk.agent.id,
      name: desk.agent.name,
      role: 'AGENT',
    });
    expect((await read(desk.agent, ticket.id)).assignedTo.email).toBe(desk.agent.email);
  });

  it('cannot be filtered, sorted or counted by', async () => {
    for (const query of ['priority=low', 'tag=vip', 'sort=priority', 'sort=-priority', 'priority=nonsense', 'tag=%00'])
      expect(refusal(await desk.customer.get(`/tickets?include=total&${query}`))).toEqual([403, 'forbidden']);
    const word = `rare${++count}tag`;
    const ticket = await openTicket(desk.agent, { authorId: desk.customer.id, tags: [word] });
    expect((await desk.customer.get(`/tickets?q=${word}&include=total`)).body.meta.total).toBe(0);
    expect((await read(desk.agent, ticket.id)).tags).toEqual([word]);
  });

  it('stands in no export of a customer', async () => {
    const ticket = await openTicket(desk.agent, { authorId: desk.customer.id, tags: ['exported'], priority: 'URGENT' });
    await note(ticket.id);
    const { body } = await desk.admin.post(`/users/${desk.customer.id}/export`);
    const exported = body.tickets.find(({ id }: any) => id === ticket.id);
    expect(exported).toMatchObject({ version: 1, commentCount: 0, updatedAt: ticket.createdAt });
    expect(JSON.stringify(body)).not.toMatch(/"(?:priority|tags|publicVersion)"/);
  });
});

describe('a list of a customer’s', () => {
  it('goes by the time that the customer has, in bounds, two-field orders and cursors, beside other filters', async () => {
    const customer = await desk.tenant.user('CUSTOMER');
    const tickets = [await openTicket(customer), await openTicket(customer), await openTicket(customer)];
    const [first, second, third] = tickets;
    await note(first.id);
    await desk.agent.patch(`/tickets/${second.id}`, { priority: 'URGENT', tags: ['vip'] });
    await note(second.id);
    const found = async (query: string, caller: Caller = customer) =>
      (await walk(caller, `/tickets?limit=1&author=${customer.id}&${query}`)).map(({ id }) => id);
    const until = `status=open,pending&updatedBefore=${encodeURIComponent(third.createdAt)}`;
    const since = `status=-closed&updatedAfter=${encodeURIComponent(third.createdAt)}`;
    expect(await found(`${until}&sort=updatedAt,-number`)).toEqual([first.id, second.id]);
    expect(await found(`${since}&sort=-updatedAt,number`)).toEqual([third.id]);
    expect(await found(`${until}&sort=updatedAt,-number`, desk.agent)).toEqual([]);
    expect(await found(`${since}&sort=updatedAt,-number`, desk.agent)).toEqual([third.id, first.id, second.id]);
    const between: string[] = [];
    const noted = await walk(customer, '/tickets?limit=1&sort=-updatedAt,number&merged=include', async () => {
      between.push((await note(first.id)).id);
    });
    expect([noted.map(({ id }) => id), between.length]).toEqual([[third.id, second.id, first.id], 2]);
    const { body } = await customer.get(`/tickets?${since}&include=total`);
    expect(body.meta.total).toBe(1);
  });
});

describe('a ticket split off of internal comments alone', () => {
  async function splitOff(): Promise<{ source: any; hidden: any; title: string }> {
    const source = await openTicket(desk.customer);
    const { id } = await note(source.id);
    const title = `He is difficult ${++count}`;
    const answer = await desk.agent.post(`/tickets/${source.id}/split`, { title, commentIds: [id] });
    expect([answer.status, answer.body.internal]).toEqual([201, true]);
    return { source, hidden: answer.body, title };
  }

  it('is not there for customers, its title neither', async () => {
    const { source, hidden, title } = await splitOff();
    const answers = [
      await desk.customer.get(`/tickets/${hidden.id}`),
      await desk.customer.get(`/tickets/${hidden.number}/events`),
      await desk.customer.get(`/tickets/${source.id}/events`),
      await desk.customer.get(`/tickets/${source.id}/links`),
      await desk.customer.get('/tickets?limit=100'),
      await desk.customer.get(`/tickets?q=${encodeURIComponent(title)}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 200, 403, 200, 200]);
    const text = JSON.stringify(answers.map(({ body }) => body));
    for (const untold of [title, hidden.id]) expect(text).not.toContain(untold);
    expect((await read(desk.customer, source.id)).version).toBe(source.version);
    expect(await read(desk.agent, hidden.id)).toMatchObject({ title, authorId: desk.customer.id });
  });

  it('is there for them from its first public comment on', async () => {
    const { hidden, title } = await splitOff();
    await reply(desk.agent, hidden.id, { body: 'About your other question.' });
    expect(await read(desk.customer, hidden.id)).toMatchObject({ title, commentCount: 1 });
  });

  it('stays hidden when it is merged into a ticket that they see', async () => {
    const { source, hidden, title } = await splitOff();
    const words = `Unpleasant ${++count}`;
    await desk.agent.patch(`/tickets/${hidden.id}`, { description: words, tags: [`rude-${count}`] });
    const { body: organization } = await desk.agent.post('/organizations', { name: `Peers ${count}`, shared: true });
    const author = await desk.tenant.user('CUSTOMER');
    await desk.admin.patch(`/users/${author.id}`, { organizationId: organization.id });
    const peer = await desk.tenant.user('CUSTOMER');
    await desk.admin.patch(`/users/${peer.id}`, { organizationId: organization.id });
    const target = await openTicket(author);
    const before = await everythingOf(author, target.id);
    expect((await desk.agent.patch(`/tickets/${hidden.id}`, { authorId: author.id })).status).toBe(200);
    expect((await desk.agent.post(`/tickets/${hidden.id}/merge`, { intoId: target.id })).status).toBe(200);
    const { data } = (await desk.agent.get(`/tickets/${target.id}/comments`)).body;
    expect(data).toMatchObject([{ body: words, visibility: 'INTERNAL', originTicketId: hidden.id }]);
    expect((await desk.agent.get(`/tickets?q=${encodeURIComponent(words)}`)).body.data).toMatchObject([
      { id: target.id, commentCount: 1, internal: false },
    ]);
    for (const reader of [author, peer]) {
      expect(await everythingOf(reader, target.id)).toEqual(before);
      const answers = [
        await reader.get('/tickets?merged=include&limit=100&include=total'),
        await reader.get('/tickets?merged=only&include=total'),
        await reader.get(`/tickets/${target.id}/related?include=total`),
        ...(await Promise.all(
          [title, words].map((q) => reader.get(`/tickets?q=${encodeURIComponent(q)}&include=total`)),
        )),
        await reader.get(`/tickets/${hidden.number}`),
      ];
      expect(answers.map(({ status, body }) => [status, body.meta?.total])).toEqual([
        [200, 1],
        [200, 0],
        [200, 0],
        [200, 0],
        [200, 0],
        [404, undefined],
      ]);
      const text = JSON.stringify(answers.map(({ body }) => body));
      for (const untold of [title, words, hidden.id, source.id]) expect(text).not.toContain(untold);
    }
  });

  it('takes in no ticket that they see: its title would show by that', async () => {
    const { source, hidden } = await splitOff();
    const { status, body } = await desk.agent.post(`/tickets/${source.id}/merge`, { intoId: hidden.id });
    expect([status, body.code]).toEqual([422, 'invalid_reference']);
    expect((await desk.customer.get(`/tickets/${hidden.id}`)).status).toBe(404);
    expect(await read(desk.agent, source.id)).toMatchObject({ status: 'OPEN', mergedIntoId: null });
    const other = (await splitOff()).hidden;
    expect((await desk.agent.post(`/tickets/${other.id}/merge`, { intoId: hidden.id })).status).toBe(200);
    expect((await desk.customer.get(`/tickets/${hidden.id}`)).status).toBe(404);
  });

  it('tells them that the other ticket is open again, and not why', async () => {
    const { hidden } = await splitOff();
    const target = await openTicketAs(desk.agent, 'RESOLVED', { authorId: desk.customer.id });
    expect((await desk.agent.post(`/tickets/${hidden.id}/merge`, { intoId: target.id })).status).toBe(200);
    const events = await eventsOf(desk.customer, target.id);
    expect(events.at(-1)).toMatchObject({ type: 'UPDATED', changes: { status: { from: 'RESOLVED', to: 'OPEN' } } });
    expect(JSON.stringify(events)).not.toContain(hidden.id);
    const told = (await eventsOf(desk.agent, target.id)).map(({ type }) => type);
    expect(told.filter((type) => type === 'ABSORBED')).toHaveLength(1);
  });

  it('that they saw before it was merged is there to say where it went', async () => {
    const { hidden } = await splitOff();
    await reply(desk.agent, hidden.id, { body: 'About your other question.' });
    const target = await openTicket(desk.customer);
    expect((await desk.agent.post(`/tickets/${hidden.id}/merge`, { intoId: target.id })).status).toBe(200);
    expect(await read(desk.customer, hidden.id)).toMatchObject({ status: 'CLOSED', mergedIntoId: target.id });
    expect((await eventsOf(desk.customer, target.id)).at(-1)).toMatchObject({ type: 'ABSORBED' });
  });

  it('is none when one of the comments is public', async () => {
    const source = await openTicket(desk.customer);
    const [one, other] = [await note(source.id), await reply(desk.customer, source.id, { body: 'And the screen.' })];
    const { body } = await desk.agent.post(`/tickets/${source.id}/split`, {
      title: 'The screen',
      commentIds: [one.id, other.id],
    });
    expect(body.internal).toBe(false);
    expect(await read(desk.customer, body.id)).toMatchObject({ title: 'The screen', commentCount: 1 });
  });
});

describe('the id of a ticket that a customer may not see', () => {
  it.each([
    ['a customer of no organization', undefined],
    ['one whose organization is shared', true],
    ['one whose organization is not', false],
  ])('is not told to %s by a follow-up of it, nor by the event that made it one', async (_who, shared) => {
    const customer = await desk.tenant.user('CUSTOMER');
    if (shared !== undefined) {
      const { id: organizationId } = await made('/organizations', { name: `Members ${++count}`, shared });
      expect((await desk.admin.patch(`/users/${customer.id}`, { organizationId })).status).toBe(200);
    }
    const others = await openTicket(desk.stranger);
    const { id } = await openTicket(customer, { followUpOfId: (await openTicket(customer)).id });
    expect((await read(customer, id)).followUpOfId).not.toBeNull();
    const { body } = await desk.agent.patch(`/tickets/${id}`, { followUpOfId: others.id, title: 'Again' });
    expect(body.followUpOfId).toBe(others.id);
    expect((await read(customer, id)).followUpOfId).toBeNull();
    const told = await everythingOf(customer, id);
    expect(told.rest).not.toContain(others.id);
    expect((await eventsOf(customer, id)).at(-1)).toMatchObject({ changes: { title: { to: 'Again' } } });
    expect(JSON.stringify(await eventsOf(desk.agent, id))).toContain(others.id);
    const mine = await customer.get('/tickets?limit=100');
    expect(JSON.stringify(mine.body)).not.toContain(others.id);
  });

  it('is not told by a merge of two authors’ tickets: where a comment came from and what went in to the one, where it went to the other', async () => {
    const [source, target] = [await openTicket(desk.stranger), await openTicket(desk.customer)];
    await reply(desk.stranger, source.id, { body: 'Me too.' });
    const merge = await desk.admin.post(`/tickets/${source.id}/merge`, { intoId: target.id, force: true });
    expect(merge.status).toBe(200);
    const shown = await everythingOf(desk.customer, target.id);
    expect(shown.rest).toContain('Me too.');
    expect(shown.rest).not.toContain(source.id);
    expect((await eventsOf(desk.customer, target.id)).map(({ type }) => type)).toContain('ABSORBED');
    expect((await everythingOf(desk.stranger, target.id)).rest).toContain(source.id);
    expect(await read(desk.stranger, source.id)).toMatchObject({ mergedIntoId: target.id });
    const left = await desk.agent.delete(`/tickets/${target.id}/participants/${desk.stranger.id}`);
    expect(left.status).toBe(204);
    expect(await read(desk.stranger, source.id)).toMatchObject({ status: 'CLOSED', mergedIntoId: null });
    expect((await everythingOf(desk.stranger, source.id)).rest).not.toContain(target.id);
  });
});

describe('the organization of a ticket', () => {
  async function member(organizationId: string | null): Promise<User> {
    const user = await desk.tenant.user('CUSTOMER');
    await join(user, organizationId);
    return user;
  }
  const join = async (user: User, organizationId: string | null) =>
    expect((await desk.admin.patch(`/users/${user.id}`, { organizationId })).status).toBe(200);
  const organization = () => made('/organizations', { name: `Org ${++count}`, shared: true });

  it('is the author’s when it was opened, and stays when the author moves on', async () => {
    const [ours, theirs] = [await organization(), await organization()];
    const [one, peer, stranger] = [await member(ours.id), await member(ours.id), await member(theirs.id)];
    const ticket = await openTicket(one);
    expect(ticket.organizationId).toBe(ours.id);
    await join(one, theirs.id);
    expect(await read(one, ticket.id)).toMatchObject({ id: ticket.id, organizationId: ours.id });
    expect((await peer.get(`/tickets/${ticket.id}`)).status).toBe(200);
    expect((await stranger.get(`/tickets/${ticket.id}`)).status).toBe(404);
    const found = async (id: string) =>
      (await desk.agent.get(`/tickets?organization=${id}&include=total`)).body.meta.total;
    expect([await found(ours.id), await found(theirs.id)]).toEqual([1, 0]);
    expect(await openTicket(one)).toMatchObject({ organizationId: theirs.id });
  });

  it('is left by a new author, a split and a merge', async () => {
    const [ours, theirs] = [await organization(), await organization()];
    const [one, stranger] = [await member(ours.id), await member(theirs.id)];
    const [ticket, into] = [await openTicket(one), await openTicket(one)];
    const said = await reply(one, ticket.id, { body: 'And the screen.' });
    await join(one, null);
    const split = await desk.agent.post(`/tickets/${ticket.id}/split`, { title: 'x', commentIds: [said.id] });
    expect(split.body).toMatchObject({ organizationId: ours.id });
    const later = await openTicket(one);
    expect(later.organizationId).toBeNull();
    expect((await desk.agent.post(`/tickets/${later.id}/merge`, { intoId: into.id })).status).toBe(200);
    expect(await read(desk.agent, into.id)).toMatchObject({ organizationId: ours.id });
    const { body } = await desk.agent.patch(`/tickets/${ticket.id}`, { authorId: stranger.id });
    expect(body).toMatchObject({ authorId: stranger.id, organizationId: ours.id });
    expect((await read(stranger, ticket.id)).id).toBe(ticket.id);
  });

  it('is taken out of its tickets when it is deleted, each with an event that tells its name', async () => {
    const ours = await organization();
    const [one, peer] = [await member(ours.id), await member(ours.id)];
    const ticket = await openTicket(one);
    expect((await desk.admin.delete(`/organizations/${ours.id}`)).status).toBe(204);
    expect(await read(one, ticket.id)).toMatchObject({ organizationId: null, version: 2 });
    expect((await peer.get(`/tickets/${ticket.id}`)).status).toBe(404);
    expect((await eventsOf(desk.agent, ticket.id)).at(-1)).toMatchObject({
      changes: { organizationId: { from: ours.id, to: null } },
      names: { [ours.id]: ours.name },
    });
  });

  it('is asked for by an index', async () => {
    const plan = await inDatabase(
      desk.tenant,
      `SELECT "indexname" FROM pg_indexes WHERE "tablename" = 'Ticket' AND "indexdef" ~ '"(organizationId|publicUpdatedAt)"'`,
    );
    expect(plan.map(({ indexname }) => indexname).sort()).toEqual([
      'Ticket_organization_idx',
      'Ticket_publicUpdatedAt_idx',
    ]);
  });
});
