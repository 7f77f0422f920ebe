import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, startSystem, urlOf, type Answer, type System, type TestTenant } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, type Helpdesk } from './helpdesk.js';
import { inDatabase } from './people.js';

type User = TestTenant['admin'];

let system: System;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  system = await startSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const account = (role: 'AGENT' | 'CUSTOMER' = 'CUSTOMER') => desk.tenant.user(role, `Lola Lock${++count}`);
const times = <T>(many: number, make: (at: number) => T): T[] => Array.from({ length: many }, (_, at) => make(at));
const openMany = async (caller: User, many: number, fields: object = {}): Promise<string[]> => {
  const ids: string[] = [];
  for (let at = 0; at < many; at++) ids.push((await openTicket(caller, fields)).id);
  return ids;
};

/** How many deadlocks PostgreSQL has ended in the tenant's database. */
async function deadlocks(): Promise<number> {
  const [row] = await inDatabase(
    desk.tenant,
    'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
  );
  return row.deadlocks;
}

/** Sends all of it at once. None of it waits in a circle, and none fails by a fault of ours. */
async function atOnce(rounds: () => Promise<(() => Promise<Answer>)[]>): Promise<Answer[]> {
  const before = await deadlocks();
  const answers: Answer[] = [];
  for (let round = 0; round < 4; round++) {
    const sends = await rounds();
    answers.push(...(await Promise.all(sends.map((send) => send()))));
  }
  expect(answers.map(({ status }) => status).filter((status) => status === 500)).toEqual([]);
  expect((await deadlocks()) - before).toBe(0);
  return answers;
}

const accepted = (answers: readonly Answer[]) => answers.filter(({ status }) => status < 300).length;

describe('tickets are locked before users, so nothing waits in a circle when at once', () => {
  it('accounts are joined, and tickets of theirs are answered and merged', async () => {
    const answers = await atOnce(async () => {
      const [goes, stays] = [await account(), await account()];
      const tickets = await openMany(goes, 6);
      return [
        () => desk.admin.post(`/users/${goes.id}/merge`, { intoId: stays.id }),
        ...tickets.flatMap((id) => [
          () => goes.post(`/tickets/${id}/comments`, { body: 'me' }),
          () => desk.agent.post(`/tickets/${id}/comments`, { body: 'you' }),
        ]),
        ...times(3, (at) => () => desk.agent.post(`/tickets/${tickets[at]}/merge`, { intoId: tickets[5 - at] })),
        ...times(3, () => () => goes.post('/tickets', { title: 'x', description: 'x' })),
        () => desk.agent.patch(`/tickets/${tickets[0]}`, { authorId: stays.id }),
      ];
    });
    expect(accepted(answers)).toBeGreaterThan(20);
  });

  it('many accounts are joined with one', async () => {
    const stays = await account();
    const answers = await atOnce(async () => {
      const all = await Promise.all(times(5, () => account()));
      const tickets = (await Promise.all(all.map((each) => openMany(each, 2)))).flat();
      for (const id of tickets) await desk.agent.put(`/tickets/${id}/participants/${all[0]?.id}`);
      return [
        ...all.map((each) => () => desk.admin.post(`/users/${each.id}/merge`, { intoId: stays.id })),
        ...tickets.map((id) => () => desk.agent.post(`/tickets/${id}/comments`, { body: 'x' })),
        ...times(
          4,
          (at) => () => desk.admin.post(`/tickets/${tickets[at]}/merge`, { intoId: tickets[9 - at], force: true }),
        ),
      ];
    });
    expect(accepted(answers)).toBeGreaterThan(40);
  });

  it('agents are disabled, and their tickets get others', async () => {
    const answers = await atOnce(async () => {
      const agents = await Promise.all(times(3, () => account('AGENT')));
      const tickets = await Promise.all(
        agents.map((agent) => openMany(desk.customer, 4, {}).then((ids) => ({ agent, ids }))),
      );
      for (const { agent, ids } of tickets)
        for (const id of ids) await desk.agent.patch(`/tickets/${id}`, { assignedToId: agent.id });
      const ids = tickets.flatMap((each) => each.ids);
      return [
        () => desk.admin.delete(`/users/${agents[0]?.id}`),
        () => desk.admin.patch(`/users/${agents[1]?.id}`, { role: 'CUSTOMER' }),
        () => desk.admin.post(`/users/${agents[2]?.id}/anonymize`),
        ...ids.map((id) => () => desk.agent.patch(`/tickets/${id}`, { assignedToId: desk.admin.id })),
        ...ids.map((id, at) => () => desk.agent.patch(`/tickets/${id}`, { assignedToId: agents[at % 3]?.id })),
      ];
    });
    expect(accepted(answers)).toBeGreaterThan(20);
  });

  it('customers are corrected, and tickets are opened for them and by them', async () => {
    const answers = await atOnce(async () => {
      const customer = await account();
      const later = await account('AGENT');
      await desk.admin.patch(`/users/${later.id}`, { role: 'ADMIN' });
      const fields = { title: 'x', description: 'x', authorId: customer.id, assignedToId: later.id };
      return [
        ...times(
          3,
          (at) => () =>
            desk.agent.patch(`/users/${customer.id}`, {
              email: `corrected-${++count}-${at}@lock.example`,
              name: `N${at}`,
            }),
        ),
        ...times(3, () => () => desk.admin.patch(`/users/${customer.id}`, { status: 'ACTIVE' })),
        ...times(6, () => () => desk.agent.post('/tickets', fields)),
        ...times(6, () => () => customer.post('/tickets', { title: 'x', description: 'x' })),
      ];
    });
    expect(accepted(answers)).toBeGreaterThan(50);
  });

  it('an organization is deleted, and tickets of its customers are opened, split and answered', async () => {
    const answers = await atOnce(async () => {
      const { body: organization } = await desk.agent.post('/organizations', { name: `Locked ${++count}` });
      const customers = await Promise.all(times(3, () => account()));
      for (const { id } of customers) await desk.agent.patch(`/users/${id}`, { organizationId: organization.id });
      const tickets = await openMany(customers[0] as User, 3);
      const comments: string[] = [];
      for (const id of tickets)
        comments.push((await desk.agent.post(`/tickets/${id}/comments`, { body: 'split me' })).body.id);
      return [
        () => desk.admin.delete(`/organizations/${organization.id}`),
        ...tickets.map(
          (id, at) => () => desk.agent.post(`/tickets/${id}/split`, { title: 'x', commentIds: [comments[at]] }),
        ),
        ...customers.flatMap((customer) => [
          () => desk.agent.post('/tickets', { title: 'x', description: 'x', authorId: customer.id }),
          () => customer.post('/tickets', { title: 'x', description: 'x' }),
          () => desk.agent.patch(`/users/${customer.id}`, { name: `Renamed ${++count}` }),
        ]),
      ];
    });
    expect(accepted(answers)).toBeGreaterThan(30);
  });

  it('what was merged is answered, and its target is merged again and goes to another person', async () => {
    const answers = await atOnce(async () => {
      const [goes, stays] = [await account(), await account()];
      const tickets = await openMany(goes, 6);
      // From the newest to the oldest: what is answered leads to a ticket with a lower id.
      for (const id of tickets.slice(3)) await desk.agent.post(`/tickets/${id}/merge`, { intoId: tickets[1] });
      return [
        ...tickets
          .slice(3)
          .flatMap((id) => times(3, () => () => desk.agent.post(`/tickets/${id}/comments`, { body: 'x' }))),
        () => desk.agent.post(`/tickets/${tickets[1]}/merge`, { intoId: tickets[0] }),
        () => desk.admin.post(`/users/${goes.id}/merge`, { intoId: stays.id }),
      ];
    });
    expect(accepted(answers)).toBeGreaterThan(30);
  });
});

it('a ticket that comes between the locks is passed on, too', async () => {
  const [goes, stays] = [await account(), await account()];
  const [first] = await openMany(goes, 1);
  const other = await openTicket(desk.customer);
  await connected(urlOf(desk.tenant.databaseName), async (client) => {
    await client.query('begin');
    await client.query('SELECT FROM "Ticket" WHERE "id" = $1 FOR UPDATE', [first]);
    const joined = desk.admin.post(`/users/${goes.id}/merge`, { intoId: stays.id });
    while ((await waiting()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await desk.agent.put(`/tickets/${other.id}/participants/${goes.id}`);
    const mine = await openTicket(goes);
    await client.query('commit');
    expect((await joined).status).toBe(200);
    expect((await stays.get(`/tickets/${mine.id}`)).body.authorId).toBe(stays.id);
    expect((await stays.get(`/tickets/${other.id}`)).status).toBe(200);
  });
});

async function waiting(): Promise<number> {
  const [row] = await inDatabase(
    desk.tenant,
    `SELECT count(*)::int AS "waiting" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return row.waiting;
}
