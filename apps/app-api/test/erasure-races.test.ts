import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, startSystem, urlOf, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';

let system: System;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  system = await startSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

describe('while the words of a person go', () => {
  /** Anonymizes somebody, and does `meanwhile` once the person is shut out and before the first words are gone. */
  async function anonymizing(user: any, ticketId: string, meanwhile: () => Promise<unknown>): Promise<any> {
    return connected(urlOf(desk.tenant.databaseName), async (client) => {
      await client.query('begin');
      await client.query('SELECT FROM "Ticket" WHERE "id" = $1 FOR NO KEY UPDATE', [ticketId]);
      const answer = desk.admin.post(`/users/${user.id}/anonymize`);
      const stuck = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      while ((await inDatabase(desk.tenant, stuck)).length === 0) await new Promise((done) => setTimeout(done, 20));
      await meanwhile();
      await client.query('commit');
      return answer;
    });
  }
  const someone = () => desk.tenant.user('CUSTOMER', `Wanda Wordsmith${++count}`);

  it('a name and an address that the person gets then go, too', async () => {
    const user = await someone();
    const words = ['Wilhelmina Laterwards', 'wilhelmina@later.example'];
    const ticket = await openTicket(user, { title: `I am ${user.name}`, description: `No: I am ${words.join(', ')}.` });
    const { status, body } = await anonymizing(user, ticket.id, () =>
      desk.admin.patch(`/users/${user.id}`, { name: words[0], email: words[1] }),
    );
    expect([status, body.name, body.status]).toEqual([200, 'Former user', 'DISABLED']);
    const { body: left } = await desk.agent.get(`/tickets/${ticket.id}`);
    for (const word of [user.name, ...words]) expect(JSON.stringify(left)).not.toContain(word);
    expect((await desk.agent.get(`/users?email=${words[1]}`)).body.data).toEqual([]);
  });

  it('whoever is enabled then is disabled again', async () => {
    const user = await someone();
    const ticket = await openTicket(user, { title: `I am ${user.name}` });
    const { body } = await anonymizing(user, ticket.id, () =>
      desk.admin.patch(`/users/${user.id}`, { status: 'ACTIVE' }),
    );
    expect([body.name, body.status]).toEqual(['Former user', 'DISABLED']);
  });

  it('whoever is joined with another then is nobody’s any more, and the other one is left alone', async () => {
    const [user, stays] = [await someone(), await someone()];
    const [ticket, blocked] = [
      await openTicket(user),
      await openTicket(desk.stranger, { title: `${user.name}’s friend` }),
    ];
    await desk.agent.put(`/tickets/${blocked.id}/participants/${desk.customer.id}`);
    await desk.agent.post(`/tickets/${blocked.id}/comments`, { body: `Ask ${user.email}` });
    const answer = await anonymizing(user, blocked.id, () =>
      desk.admin.post(`/users/${user.id}/merge`, { intoId: stays.id }),
    );
    expect(refusal(answer)).toEqual([409, 'user_merged']);
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body.authorId).toBe(stays.id);
    expect((await desk.agent.get(`/users/${stays.id}`)).body).toMatchObject({ name: stays.name, status: 'ACTIVE' });
  });
});
