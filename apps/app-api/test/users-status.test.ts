import { sharedSystem, type System } from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, type Helpdesk } from './helpdesk.js';
import { inDatabase, invited, password, refusal } from './people.js';

let system: System;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});
afterAll(() => system?.close());

const newEmail = () => `user-${++count}@desk.example`;
const newUser = (fields: object = {}) =>
  desk.admin.post('/users', { email: newEmail(), name: 'Nora New', role: 'CUSTOMER', ...fields });

describe('the status of a user', () => {
  it('is DISABLED by DELETE, once', async () => {
    const { body: user } = await newUser({ password });
    for (let i = 0; i < 2; i++) expect((await desk.admin.delete(`/users/${user.id}`)).status).toBe(204);
    expect((await desk.admin.get(`/users/${user.id}`)).body).toMatchObject({ status: 'DISABLED', version: 2 });
  });

  it('is ACTIVE again by PATCH, with the same password and no session of before', async () => {
    const user = await desk.tenant.user('CUSTOMER');
    await desk.admin.patch(`/users/${user.id}`, { status: 'DISABLED' });
    const { body } = await desk.admin.patch(`/users/${user.id}`, { status: 'ACTIVE' });
    expect(body).toMatchObject({ status: 'ACTIVE', version: 3 });
    expect(refusal(await user.get('/auth/me'))).toEqual([401, 'token_invalid']);
    await desk.tenant.signIn(user.email);
  });

  it('is INVITED again for who never had a password', async () => {
    const { body: user } = await newUser();
    await desk.admin.delete(`/users/${user.id}`);
    expect((await desk.admin.patch(`/users/${user.id}`, { status: 'ACTIVE' })).body.status).toBe('INVITED');
  });

  it.each([
    ['INVITED', 'ACTIVE', ['DISABLED']],
    ['ACTIVE', 'INVITED', ['DISABLED']],
    ['DISABLED', 'INVITED', ['ACTIVE']],
  ])('does not go from %s to %s', async (from, to, allowed) => {
    const { body: user } = await newUser(from === 'INVITED' ? {} : { password });
    if (from === 'DISABLED') await desk.admin.delete(`/users/${user.id}`);
    const answer = await desk.admin.patch(`/users/${user.id}`, { status: to });
    expect(refusal(answer)).toEqual([409, 'invalid_transition']);
    expect(answer.body).toMatchObject({ from, to, allowed });
  });
});

describe('a user who leaves', () => {
  it('loses unresolved tickets, each with an event, and stays the author', async () => {
    const leaver = await desk.tenant.user('AGENT', 'Leaving Agent');
    const fields = { assignedToId: leaver.id };
    const held = [];
    for (const status of ['OPEN', 'PENDING', 'ON_HOLD']) held.push(await openTicketAs(desk.agent, status, fields));
    const kept = [await openTicketAs(desk.agent, 'RESOLVED', fields), await openTicketAs(desk.agent, 'CLOSED', fields)];
    const written = await openTicket(leaver);
    expect((await desk.admin.delete(`/users/${leaver.id}`)).status).toBe(204);
    for (const ticket of held) {
      const { body } = await desk.agent.get(`/tickets/${ticket.id}`);
      expect(body).toMatchObject({ assignedToId: null, assignedTo: null, version: ticket.version + 1 });
      expect((await eventsOf(desk.agent, ticket.id)).at(-1)).toMatchObject({
        actorId: desk.admin.id,
        changes: { assignedToId: { from: leaver.id, to: null } },
        createdAt: body.updatedAt,
      });
    }
    for (const ticket of kept) expect((await desk.agent.get(`/tickets/${ticket.id}`)).body).toEqual(ticket);
    expect((await desk.agent.get(`/tickets/${written.id}`)).body.author).toMatchObject({ name: 'Leaving Agent' });
  });

  it('for the role of a customer loses them too', async () => {
    const leaver = await desk.tenant.user('AGENT');
    const ticket = await openTicket(desk.agent, { assignedToId: leaver.id });
    await desk.admin.patch(`/users/${leaver.id}`, { role: 'CUSTOMER' });
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body.assignedToId).toBeNull();
  });

  it('keeps them by a new name or by becoming an admin', async () => {
    const agent = await desk.tenant.user('AGENT');
    const ticket = await openTicket(desk.agent, { assignedToId: agent.id });
    await desk.admin.patch(`/users/${agent.id}`, { name: 'Renamed', role: 'ADMIN' });
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body).toMatchObject({ assignedToId: agent.id, version: 1 });
    await desk.admin.delete(`/users/${agent.id}`);
  });

  it('is left no ticket by those who assign some at the same time', async () => {
    for (let round = 0; round < 3; round++) {
      const leaver = await desk.tenant.user('AGENT');
      const tickets = [];
      for (let i = 0; i < 4; i++) tickets.push(await openTicket(desk.agent));
      const assign = (ticket: any) => desk.agent.patch(`/tickets/${ticket.id}`, { assignedToId: leaver.id });
      const answers = await Promise.all([desk.admin.delete(`/users/${leaver.id}`), ...tickets.map(assign)]);
      for (const { status } of answers) expect([200, 204, 422]).toContain(status);
      const left = await inDatabase(desk.tenant, 'SELECT "id" FROM "Ticket" WHERE "assignedToId" = $1', [leaver.id]);
      expect(left).toEqual([]);
    }
  });
});

describe('the last active admin', () => {
  it('can be neither disabled nor demoted', async () => {
    const { admin } = await system.createTenant();
    await invited(admin, newEmail(), { role: 'ADMIN' });
    for (const attempt of [
      admin.delete(`/users/${admin.id}`),
      admin.patch(`/users/${admin.id}`, { status: 'DISABLED' }),
      admin.patch(`/users/${admin.id}`, { role: 'AGENT' }),
      admin.patch(`/users/${admin.id}`, { role: 'CUSTOMER', name: 'x' }),
    ]) {
      expect(refusal(await attempt)).toEqual([409, 'last_admin']);
    }
    expect((await admin.get('/auth/me')).body).toMatchObject({ role: 'ADMIN', status: 'ACTIVE', version: 1 });
  });

  it('may go once there is another', async () => {
    const tenant = await system.createTenant();
    const second = await tenant.user('ADMIN');
    expect((await tenant.admin.delete(`/users/${tenant.admin.id}`)).status).toBe(204);
    expect(refusal(await tenant.admin.get('/auth/me'))).toEqual([401, 'token_invalid']);
    expect(refusal(await second.delete(`/users/${second.id}`))).toEqual([409, 'last_admin']);
  });

  it('remains when two disable each other at once', async () => {
    for (let round = 0; round < 3; round++) {
      const tenant = await system.createTenant();
      const [one, other] = [tenant.admin, await tenant.user('ADMIN')];
      const answers = await Promise.all([one.delete(`/users/${other.id}`), other.delete(`/users/${one.id}`)]);
      // The slower one is stopped by the rule, or was disabled before it was let in.
      expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409 || status === 401)).toHaveLength(1);
      const active = await inDatabase(tenant, `SELECT FROM "User" WHERE "role" = 'ADMIN' AND "status" = 'ACTIVE'`);
      expect(active).toHaveLength(1);
    }
  });

  it('remains when all of them step down at once', async () => {
    const tenant = await system.createTenant();
    const admins = [tenant.admin];
    for (let i = 0; i < 3; i++) admins.push(await tenant.user('ADMIN'));
    const answers = await Promise.all(admins.map((admin) => admin.patch(`/users/${admin.id}`, { role: 'AGENT' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 409]);
  });
});
