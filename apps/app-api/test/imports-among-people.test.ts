import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type System } from '@helpdeskly/testing';
import { zipOf } from './archives.js';
import { openHelpdesk } from './helpdesk.js';
import { checked, lines, run } from './importing.js';
import { refusal } from './people.js';

let system: System;

beforeAll(async () => {
  system = await startSystem({ appQueues: true, app: { TRANSFER_SURVEY: '1s' } });
});
afterAll(() => system?.close());

describe('staff of an archive', () => {
  const written = { created_at: '2020-01-02T00:00:00Z', updated_at: '2020-01-02T00:00:00Z' };
  const row = (id: number, role: string) => ({
    ...{ id, name: role, email: `${role}@desk.example`, role, organization_id: null },
    ...written,
  });

  it('come in when an admin lets them, and have their tickets then', async () => {
    const { admin } = await openHelpdesk(system);
    const team = { id: 31, name: 'Second line', ...written };
    const open = { id: 4711, subject: 'Old', description: 'x', status: 'open', requester_id: 3, ...written };
    const zip = await zipOf({
      'users.json': lines([
        row(1, 'admin'),
        row(2, 'agent'),
        row(3, 'end-user'),
        { ...row(4, 'agent'), suspended: true, email: 'gone@desk.example' },
      ]),
      'groups.json': lines([team]),
      'tickets.json': lines([{ ...open, assignee_id: 2, group_id: 31 }]),
    });
    const looked = await checked(admin, zip);
    expect(looked.result.accepted).toMatchObject({ users: 4, agents: 1, admins: 1 });
    expect((await run(admin, looked.id)).result).toEqual(looked.result);
    const { body } = await admin.get('/users?limit=100');
    const [boss, agent, customer] = ['admin', 'agent', 'end-user'].map((name) =>
      body.data.find((each: any) => each.email === `${name}@desk.example`),
    );
    expect([boss, agent, customer].map(({ role, status }) => [role, status])).toEqual([
      ['ADMIN', 'DISABLED'],
      ['AGENT', 'DISABLED'],
      ['CUSTOMER', 'INVITED'],
    ]);
    expect((await admin.get('/tickets/4711')).body).toMatchObject({ status: 'OPEN', assignedTo: { id: agent.id } });
    expect(refusal(await admin.post(`/users/${agent.id}/invitation`))).toEqual([409, 'invalid_transition']);
    expect((await admin.patch(`/users/${agent.id}`, { status: 'ACTIVE' })).body.status).toBe('INVITED');
    expect((await admin.post(`/users/${agent.id}/invitation`)).status).toBe(201);
    expect((await admin.get('/tickets/4711')).body).toMatchObject({
      assignedTo: { id: agent.id },
      groupId: expect.any(String),
    });
  });
});
