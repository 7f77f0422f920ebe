import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { needing, sharedSystem, startRedis, startSystem, type RunningRedis, type System } from '@helpdeskly/testing';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const bulk = (ids: unknown[], changes: object, caller = desk.agent) => caller.post('/tickets/bulk', { ids, changes });

describe('a change of many tickets', () => {
  it('answers a result for each, in the order in which they were named', async () => {
    const tickets = [await openTicket(desk.customer), await openTicket(desk.stranger)];
    const { status, body } = await bulk([tickets[1].id, String(tickets[0].number)], {
      priority: 'HIGH',
      tags: ['vip'],
    });
    expect(status).toBe(200);
    expect(body.results.map(({ id, status: one }: any) => [id, one])).toEqual([
      [tickets[1].id, 200],
      [String(tickets[0].number), 200],
    ]);
    for (const { ticket } of body.results)
      expect(ticket).toMatchObject({ priority: 'HIGH', tags: ['vip'], version: 2 });
    expect((await eventsOf(desk.agent, tickets[0].id)).at(-1)).toMatchObject({
      type: 'UPDATED',
      actorId: desk.agent.id,
      changes: { priority: { from: 'MEDIUM', to: 'HIGH' } },
    });
  });

  it('is refused for one without touching the others', async () => {
    const open = await openTicket(desk.customer);
    const closed = await openTicketAs(desk.agent, 'CLOSED');
    const missing = '01a1fac5-30c5-7dac-ac30-a758dbba7229';
    const { status, body } = await bulk([closed.id, missing, open.id], { status: 'RESOLVED' });
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { id: closed.id, status: 409, problem: { code: 'ticket_closed', status: 409 } },
      { id: missing, status: 404, problem: { code: 'not_found' } },
      { id: open.id, status: 200, ticket: { status: 'RESOLVED', assignedToId: desk.agent.id } },
    ]);
    expect(body.results[0].ticket).toBeUndefined();
    expect((await desk.agent.get(`/tickets/${closed.id}`)).body.version).toBe(closed.version);
  });

  it('by a reference that is not there is refused for each', async () => {
    const ticket = await openTicket(desk.customer);
    const { body } = await bulk([ticket.id], { assignedToId: desk.customer.id });
    expect(body.results).toMatchObject([
      { status: 422, problem: { code: 'invalid_reference', field: 'assignedToId' } },
    ]);
  });

  it('counts a ticket once that is named twice', async () => {
    const { id } = await openTicket(desk.customer);
    expect((await bulk([id, id], { priority: 'LOW' })).body.results).toHaveLength(1);
  });

  it('takes a hundred', async () => {
    const tickets = await Promise.all(Array.from({ length: 100 }, () => openTicket(desk.customer)));
    const { body } = await bulk(
      tickets.map(({ id }) => id),
      { status: 'PENDING', assignedToId: desk.agent.id },
    );
    expect(body.results.map(({ ticket }: any) => ticket?.status)).toEqual(Array(100).fill('PENDING'));
  });

  it.each<[string, object, string[]]>([
    ['no ids', { ids: [], changes: {} }, ['ids']],
    ['101 ids', { ids: Array.from({ length: 101 }, (_, at) => String(at + 1)), changes: {} }, ['ids']],
    ['an id that is none', { ids: ['x'], changes: {} }, ['ids']],
    ['no changes', { ids: ['1'] }, ['changes']],
    ['a wrong change', { ids: ['1'], changes: { priority: 'PRESSING' } }, ['changes.priority']],
    ['an unknown change', { ids: ['1'], changes: { colour: 'red' } }, ['changes.colour']],
  ])('with %s is answered 400', async (_, input, fields) => {
    const { status, body } = await desk.agent.post('/tickets/bulk', input);
    expect([status, body.errors?.map(({ field }: any) => field)]).toEqual([400, fields]);
  });

  it.each([101, 150])('of %i ids is answered 400 before duplicates are merged, and changes nothing', async (count) => {
    const ticket = await openTicket(desk.agent);
    const { status, body } = await bulk(Array(count).fill(ticket.id), { priority: 'LOW' });
    expect([status, body.errors]).toEqual([400, [expect.objectContaining({ field: 'ids', code: 'too_many' })]]);
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body).toEqual(ticket);
  });

  it('is not for customers', async () => {
    const { id } = await openTicket(desk.customer);
    expect((await bulk([id], { status: 'RESOLVED' }, desk.customer)).status).toBe(403);
  });
});

const many = (input: object, caller = desk.agent) => caller.post('/tickets/bulk', input);
const read = async (id: string) => (await desk.agent.get(`/tickets/${id}`)).body;

it('names tickets by their numbers as JSON has them, too', async () => {
  const [a, b] = [await openTicket(desk.agent), await openTicket(desk.agent)];
  const { status, body } = await many({
    ids: [a.number, b.number, String(b.number)],
    versions: { [b.number]: 7 },
    changes: { priority: 'URGENT' },
  });
  expect(status).toBe(200);
  expect(body.results).toMatchObject([
    { id: String(a.number), status: 200, ticket: { id: a.id } },
    { id: String(b.number), status: 412 },
  ]);
  for (const wrong of [0, -1, 1.5, 1e20, true, null, [a.number]])
    expect((await many({ ids: [wrong], changes: {} })).body.errors).toMatchObject([{ field: 'ids' }]);
});

describe('an Idempotency-Key', () => {
  const withKey = (key: string) => ({ headers: { 'idempotency-key': key } });
  const spoken = async (id: string) =>
    (await desk.agent.get(`/tickets/${id}/comments`)).body.data.map(({ body }: any) => body);

  it('has a reply to each ticket written once, and is refused with another body', async () => {
    const [a, b] = [await openTicket(desk.agent), await openTicket(desk.agent)];
    const closed = await openTicketAs(desk.agent, 'CLOSED');
    const input = { ids: [a.id, closed.id, String(b.number)], comment: { body: 'Once.' } };
    const first = await desk.agent.post('/tickets/bulk', input, withKey('bulk 1'));
    expect(first.body.results.map(({ status }: any) => status)).toEqual([200, 409, 200]);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const again = await desk.agent.post('/tickets/bulk', input, withKey('bulk 1'));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const known = ({ results }: any) => results.map(({ problem, ...result }: any) => [result, problem?.code]);
    expect(known(again.body)).toEqual(known(first.body));
    expect([await spoken(a.id), await spoken(b.id)]).toEqual([['Once.'], ['Once.']]);
    for (const other of [
      { ...input, ids: [b.id] },
      { ...input, comment: { body: 'Twice.' } },
    ]) {
      const { status, body } = await desk.agent.post('/tickets/bulk', other, withKey('bulk 1'));
      expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
    }
    expect(await spoken(b.id)).toEqual(['Once.']);
  });

  it('sent several times at once has each ticket written to once', async () => {
    const tickets = await Promise.all(Array.from({ length: 6 }, () => openTicket(desk.agent)));
    const input = { ids: tickets.map(({ id }) => id), comment: { body: 'At once.' } };
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => desk.agent.post('/tickets/bulk', input, withKey('bulk 2'))),
    );
    for (const { status, body } of answers)
      expect([200, 409]).toContain(status === 409 && body.code !== 'idempotency_in_progress' ? body.code : status);
    const last = await desk.agent.post('/tickets/bulk', input, withKey('bulk 2'));
    expect(last.body.results.map(({ status }: any) => status)).toEqual(Array(6).fill(200));
    for (const { id } of tickets) expect(await spoken(id)).toEqual(['At once.']);
  });

  it('applies a macro to each ticket once, keeps no words that were redacted, and must be well formed', async () => {
    const ticket = await openTicket(desk.agent, { description: 'My number is 1234.' });
    const macro = (
      await desk.agent.post('/macros', { name: 'y', changes: { status: 'PENDING' }, reply: { body: 'Hi.' } })
    ).body;
    const input = { ids: [ticket.id], macroId: macro.id };
    for (let turn = 0; turn < 2; turn++) await desk.agent.post('/tickets/bulk', input, withKey('bulk 3'));
    expect(await spoken(ticket.id)).toEqual(['Hi.']);
    await desk.admin.post(`/tickets/${ticket.id}/redact`, { fields: ['description'] });
    const { body } = await desk.agent.post('/tickets/bulk', input, withKey('bulk 3'));
    expect(JSON.stringify(body)).not.toContain('1234');
    const { status } = await desk.agent.post('/tickets/bulk', input, withKey('x'.repeat(256)));
    expect(status).toBe(400);
  });
});

describe('versions', () => {
  it('are honoured like If-Match, ticket by ticket', async () => {
    const [a, b, c] = [await openTicket(desk.agent), await openTicket(desk.agent), await openTicket(desk.agent)];
    const versions = { [a.id]: 1, [String(b.number)]: 7 };
    const { status, body } = await many({
      ids: [a.id, String(b.number), c.id],
      versions,
      changes: { priority: 'URGENT' },
    });
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { status: 200, ticket: { priority: 'URGENT', version: 2 } },
      { status: 412, problem: { code: 'version_conflict', currentVersion: 1 } },
      { status: 200, ticket: { priority: 'URGENT' } },
    ]);
    expect(await read(b.id)).toEqual(b);
  });

  it('count for replies and macros, and for what would change nothing', async () => {
    const ticket = await openTicket(desk.agent);
    const macro = (await desk.agent.post('/macros', { name: 'x', changes: { priority: 'LOW' } })).body;
    for (const work of [{ comment: { body: 'x' } }, { macroId: macro.id }, { changes: {} }]) {
      const { body } = await many({ ids: [ticket.id], versions: { [ticket.id]: 3 }, ...work });
      expect(body.results).toMatchObject([{ status: 412, problem: { currentVersion: 1 } }]);
    }
    expect(await read(ticket.id)).toEqual(ticket);
  });

  it.each<[string, unknown]>([
    ['of a ticket that is not named', { '2': 1 }],
    ['of no number', { '1': '1' }],
    ['of zero', { '1': 0 }],
    ['of a fraction', { '1': 1.5 }],
    ['as a list', [1]],
    ['as null', null],
  ])('%s are answered 400', async (_, versions) => {
    const { status, body } = await many({ ids: ['1'], versions, changes: {} });
    expect([status, body.errors?.map(({ field }: any) => field)]).toEqual([400, ['versions']]);
  });
});

describe('a reply to many tickets', () => {
  it('is a comment on each, in one write with what changes', async () => {
    const [one, other] = [await openTicket(desk.customer), await openTicket(desk.stranger)];
    const { body } = await many({
      ids: [one.id, other.id],
      comment: { body: 'The outage is over.' },
      changes: { status: 'RESOLVED', addTags: ['outage'] },
    });
    for (const [at, { id }] of [one, other].entries()) {
      expect(body.results[at]).toMatchObject({
        status: 200,
        ticket: { id, status: 'RESOLVED', tags: ['outage'], version: 2, commentCount: 1, assignedToId: desk.agent.id },
      });
      expect((await desk.agent.get(`/tickets/${id}/comments`)).body.data).toMatchObject([
        { body: 'The outage is over.', visibility: 'PUBLIC', authorId: desk.agent.id },
      ]);
      expect((await eventsOf(desk.agent, id)).map(({ type }) => type)).toEqual(['CREATED', 'COMMENTED']);
    }
  });

  it('may be internal, asks for an answer where the agent is the author, and is refused for one alone', async () => {
    const own = await openTicketAs(desk.admin, 'PENDING', { authorId: desk.agent.id });
    const closed = await openTicketAs(desk.agent, 'CLOSED');
    const { body } = await many({ ids: [own.id, closed.id], comment: { body: 'And now?' } });
    expect(body.results).toMatchObject([
      { status: 200, ticket: { status: 'OPEN', firstRespondedAt: null } },
      { status: 409, problem: { code: 'ticket_closed' } },
    ]);
    await many({ ids: [own.id], comment: { body: 'a quokka', visibility: 'INTERNAL' } });
    expect((await desk.agent.get(`/tickets/${own.id}/comments`)).body.data.at(-1).visibility).toBe('INTERNAL');
  });

  it('and a new author finds the first response anew', async () => {
    const ticket = await openTicket(desk.customer);
    const { body } = await many({
      ids: [ticket.id],
      comment: { body: 'Yours now.' },
      changes: { authorId: desk.agent.id },
    });
    expect(body.results[0].ticket).toMatchObject({ authorId: desk.agent.id, firstRespondedAt: null });
  });
});

describe('a macro for many tickets', () => {
  it('is applied to each, its placeholders filled in', async () => {
    const { body: macro } = await desk.agent.post('/macros', {
      name: 'Greet',
      reply: { body: 'Dear {{ticket.author.name}}' },
      changes: { addTags: ['greeted'] },
    });
    const [one, other] = [await openTicket(desk.customer), await openTicket(desk.stranger)];
    const { body } = await many({ ids: [one.id, other.id], macroId: macro.id });
    expect(body.results.map(({ ticket }: any) => ticket.tags)).toEqual([['greeted'], ['greeted']]);
    const said = await Promise.all(
      [one, other].map(async ({ id }) => (await desk.agent.get(`/tickets/${id}/comments`)).body.data[0].body),
    );
    expect(said).toEqual(['Dear Carl Customer', 'Dear Stella Stranger']);
  });

  it('that is not there is refused before anything is done', async () => {
    const ticket = await openTicket(desk.agent);
    const macro = (await desk.admin.post('/macros', { name: 'x', changes: { priority: 'LOW' } })).body;
    for (const macroId of ['01a1fac5-30c5-7dac-ac30-a758dbba7229', macro.id]) {
      const { status, body } = await many({ ids: [ticket.id], macroId });
      expect([status, body.code, body.field]).toEqual([422, 'invalid_reference', 'macroId']);
    }
    expect(await read(ticket.id)).toEqual(ticket);
  });

  it.each<[object, string[]]>([
    [{ macroId: '01a1fac5-30c5-7dac-ac30-a758dbba7229', changes: {} }, ['macroId']],
    [{ macroId: '01a1fac5-30c5-7dac-ac30-a758dbba7229', comment: { body: 'x' } }, ['macroId']],
    [{ macroId: 'x' }, ['macroId']],
    [{ comment: { body: '' } }, ['comment.body']],
    [{ comment: { body: 'x', status: 'OPEN' } }, ['comment.status']],
    [{}, ['changes']],
  ])('sent as %j is answered 400', async (work, fields) => {
    const { status, body } = await many({ ids: ['1'], ...work });
    expect([status, body.errors?.map(({ field }: any) => field)]).toEqual([400, fields]);
  });
});

/** What holds wherever requests are counted. */
function limits(startServer: () => Promise<RunningRedis | undefined>): void {
  let redis: RunningRedis | undefined;
  let narrow: System;
  let narrowDesk: Helpdesk;
  beforeAll(async () => {
    redis = await startServer();
    const where: Record<string, string> = redis === undefined ? {} : { REDIS_URL: redis.url };
    narrow = await startSystem({ app: { RATE_LIMIT_USER_PER_MINUTE: '20', ...where } });
    narrowDesk = await openHelpdesk(narrow);
  });
  afterAll(async () => {
    await narrow?.close();
    await redis?.stop();
  });

  it('counts as many requests as it names tickets, and does nothing where there is no room', async () => {
    const { admin, agent } = narrowDesk;
    const tickets = await Promise.all(Array.from({ length: 12 }, () => openTicket(admin)));
    const ids = tickets.map(({ id }) => id);
    const send = (count: number, priority: string) =>
      agent.post('/tickets/bulk', { ids: ids.slice(0, count), changes: { priority } });
    const first = await send(12, 'LOW');
    expect([first.status, first.headers.get('ratelimit-remaining')]).toEqual([200, '8']);
    const refused = await send(12, 'URGENT');
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const { body } = await agent.get(`/tickets/${ids[0]}`);
    expect(body.priority).toBe('LOW');
    // What was refused is not charged: one request for it, one for the reading.
    const last = await send(6, 'HIGH');
    expect([last.status, last.headers.get('ratelimit-remaining')]).toEqual([200, '0']);
    expect((await send(1, 'LOW')).status).toBe(429);
  });
}

describe('the rate limit of what is done to many tickets', () => limits(() => Promise.resolve(undefined)));
needing('redis-server')('the rate limit of what is done to many tickets, in Redis', () => limits(() => startRedis()));
