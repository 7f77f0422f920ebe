import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type Answer, type System, type TestTenant } from '@helpdeskly/testing';
import { eventsOf, openHelpdesk, openTicket, walk, type Helpdesk } from './helpdesk.js';

type User = TestTenant['admin'];

const [agentCount, ticketCount, orders] = [20, 50, 15];

let system: System;
let desk: Helpdesk;
let agents: User[];
let tickets: any[];
/** What was acknowledged, by ticket. */
const said = new Map<string, string[]>();
const tagged = new Map<string, string[]>();
let conflicts = 0;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
  agents = await Promise.all(
    Array.from({ length: agentCount }, (_, index) => desk.tenant.user('AGENT', `Agent ${index}`)),
  );
  tickets = [];
  for (let index = 0; index < ticketCount; index++) tickets.push(await openTicket(desk.customer));
  await Promise.all(agents.map((agent, index) => work(agent, index)));
});

afterAll(() => system?.close());

const note = (book: Map<string, string[]>, ticket: string, what: string) =>
  book.set(ticket, [...(book.get(ticket) ?? []), what]);

/** Replies, each sent twice as by a client that missed the answer, and tags, each on top of what was read. */
async function work(agent: User, index: number): Promise<void> {
  for (let order = 0; order < orders; order++) {
    // Tags go to one ticket after the other, all agents' at once: they meet there.
    if (order % 5 === 0) await addTag(agent, tickets[order].id, `a${index}`);
    else await sayTwice(agent, tickets[(index * 7 + order * 11) % ticketCount].id, `${index}/${order}`);
  }
}

/** As a client does that is told to come back: all connections are in use, or the first try is still under way. */
async function patiently(send: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await send();
    if (answer.status !== 429 && answer.body?.code !== 'idempotency_in_progress') return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function sayTwice(agent: User, id: string, body: string): Promise<void> {
  const headers = { 'idempotency-key': randomUUID() };
  const send = () => patiently(() => agent.post(`/tickets/${id}/comments`, { body }, { headers }));
  const [first, second] = await Promise.all([send(), send()]);
  expect([first.status, second.status, second.body.id]).toEqual([201, 201, first.body.id]);
  note(said, id, body);
}

async function addTag(agent: User, id: string, tag: string): Promise<void> {
  for (;;) {
    const { body, headers } = await patiently(() => agent.get(`/tickets/${id}`));
    const options = { headers: { 'if-match': String(headers.get('etag')) } };
    const { status } = await patiently(() => agent.patch(`/tickets/${id}`, { tags: [...body.tags, tag] }, options));
    if (status === 200) break;
    expect(status).toBe(412);
    conflicts++;
  }
  note(tagged, id, tag);
}

describe('20 agents who change 50 tickets at once, with retries', () => {
  it('are told when somebody else was first', () => {
    expect(conflicts).toBeGreaterThan(0);
  });

  it('lose no acknowledged reply, and none is there twice', async () => {
    for (const { id } of tickets) {
      const comments = await walk(desk.agent, `/tickets/${id}/comments?limit=100`);
      expect(comments.map(({ body }) => body).sort()).toEqual((said.get(id) ?? []).sort());
    }
  });

  it('lose no acknowledged tag', async () => {
    for (const { id } of tickets) {
      const { body } = await desk.agent.get(`/tickets/${id}`);
      expect([...body.tags].sort()).toEqual((tagged.get(id) ?? []).sort());
    }
  });

  it('move the version by one with each write', async () => {
    for (const { id } of tickets) {
      const { body } = await desk.agent.get(`/tickets/${id}`);
      const writes = (said.get(id) ?? []).length + (tagged.get(id) ?? []).length;
      expect([body.commentCount, body.version]).toEqual([(said.get(id) ?? []).length, 1 + writes]);
    }
  });

  it('leave events in order, each beginning where the one before ended', async () => {
    for (const { id } of tickets) {
      const events = await eventsOf(desk.agent, id);
      const times = events.map(({ createdAt }) => createdAt);
      expect(times).toEqual([...times].sort());
      const steps = events.flatMap(({ changes }) => (changes.tags === undefined ? [] : [changes.tags]));
      let present: string[] = [];
      for (const { from, to } of steps) {
        expect(from ?? []).toEqual(present);
        present = to;
      }
      expect((await desk.agent.get(`/tickets/${id}`)).body.tags).toEqual(present);
    }
  });
});
