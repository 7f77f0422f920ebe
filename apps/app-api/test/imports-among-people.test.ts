import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, startSystem, until, urlOf, type System } from '@helpdeskly/testing';
import { importedAs, zipOf } from './archives.js';
import { openTicket } from './helpdesk.js';
import { checked, lines, refusals, run } from './importing.js';
import { inDatabase, refusal } from './people.js';

let system: System;

beforeAll(async () => {
  system = await startSystem({ appQueues: true, app: { TRANSFER_SURVEY: '1s' } });
});
afterAll(() => system?.close());

const written = { created_at: '2020-01-02T00:00:00Z', updated_at: '2020-01-02T00:00:00Z' };
const zoe = { id: 21, name: 'Zoe', email: 'zoe@customer.example', role: 'end-user', ...written };
const old = { id: 4711, subject: 'Old', description: 'It smokes.', status: 'solved', requester_id: 21, ...written };
const said = (id: number, body: string, more: object = {}) => ({
  ...{ id, author_id: 21, body, public: true, created_at: written.created_at },
  ...more,
});
const textOf = ({ description }: any, comments: any) => [
  description,
  ...comments.data.map(({ body, visibility }: any) => `${visibility} ${body}`),
];

describe('staff of an archive', () => {
  const row = (id: number, role: string) => ({
    ...{ id, name: role, email: `${role}@desk.example`, role, organization_id: null },
    ...written,
  });

  it('come in when an admin lets them, and have their tickets then', async () => {
    const { admin } = await system.createTenant();
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

describe('a ticket that began with a note for staff', () => {
  const note = said(1, 'It smokes.', { public: false });

  it('keeps the note for staff, in whichever file it stands', async () => {
    const { admin } = await system.createTenant();
    const zip = await zipOf({
      'users.json': lines([zoe]),
      'tickets.json': lines([
        { ...old, comments: [note, said(2, 'Help!')] },
        { ...old, id: 4712 },
        { ...old, id: 4713 },
      ]),
      'comments.json': lines([{ ...note, id: 3, ticket_id: 4712 }, said(4, 'It smokes.', { ticket_id: 4713 })]),
    });
    const looked = await checked(admin, zip);
    expect((await run(admin, looked.id)).result).toEqual(looked.result);
    const read = async (number: number) =>
      textOf((await admin.get(`/tickets/${number}`)).body, (await admin.get(`/tickets/${number}/comments`)).body);
    expect(await read(4711)).toEqual(['Help!', 'INTERNAL It smokes.']);
    expect(await read(4712)).toEqual(['–', 'INTERNAL It smokes.']);
    expect(await read(4713)).toEqual(['It smokes.']);
  });
});

describe('while an import runs', () => {
  it('new tickets take none of its numbers', async () => {
    const { admin } = await system.createTenant();
    const tickets = Array.from({ length: 400 }, (_, index) => ({ ...old, id: index + 1 }));
    const { id } = await checked(admin, await zipOf({ 'users.json': lines([zoe]), 'tickets.json': lines(tickets) }));
    expect((await admin.post(`/imports/${id}/run`)).status).toBe(202);
    expect((await openTicket(admin)).number).toBe(401);
    expect(await importedAs(admin, id, ['DONE', 'FAILED'])).toMatchObject({
      status: 'DONE',
      result: { accepted: { tickets: 400 }, refused: 0 },
    });
  });

  it('its tickets say from the first that they were imported, and nothing is put behind what people say', async () => {
    const tenant = await system.createTenant();
    const { admin } = tenant;
    const zip = await zipOf({
      'users.json': lines([zoe]),
      'tickets.json': lines([old, { ...old, id: 4712 }]),
      'comments.json': lines([said(1, 'First', { ticket_id: 4711 }), said(2, 'Second', { ticket_id: 4712 })]),
    });
    const { id } = await checked(admin, zip);
    await connected(urlOf(tenant.databaseName), async (holding) => {
      await holding.query('BEGIN; LOCK TABLE "Comment" IN SHARE MODE');
      await admin.post(`/imports/${id}/run`);
      await until(async () => (await admin.get('/tickets/4711')).status === 200);
      const { body } = await admin.get('/tickets/4711/events');
      expect(body.data.map(({ type }: any) => type)).toEqual(['IMPORTED']);
      // As a reply of somebody leaves it, whose comment is held back here.
      const replied = `INSERT INTO "TicketEvent" ("ticketId", "type", "changes") SELECT "id", 'COMMENTED', '{}' FROM "Ticket" WHERE "number" = 4711`;
      await inDatabase(tenant, replied);
      const waiting = `FROM pg_stat_activity WHERE "datname" = current_database() AND "wait_event_type" = 'Lock'`;
      await until(async () => (await inDatabase(tenant, `SELECT pg_cancel_backend("pid") ${waiting}`)).length > 0);
      await holding.query('COMMIT');
    });
    expect((await importedAs(admin, id, ['DONE', 'FAILED'])).status).toBe('DONE');
    expect((await refusals(admin, id)).map(({ sourceId, code }) => [sourceId, code])).toEqual([['1', 'ticket_in_use']]);
    const counts = (await admin.get('/tickets?limit=100')).body.data.map((each: any) => [
      each.number,
      each.commentCount,
    ]);
    expect(new Map(counts)).toEqual(
      new Map([
        [4711, 0],
        [4712, 1],
      ]),
    );
  });
});

describe('tickets that were merged in an archive', () => {
  const id = (nth: number) => `0198f000-0000-7000-8000-00000000000${nth}`;
  const times = { createdAt: written.created_at, updatedAt: written.updated_at };
  const person = {
    id: id(9),
    name: 'Zoe',
    email: 'zoe@customer.example',
    role: 'CUSTOMER',
    status: 'ACTIVE',
    ...times,
  };
  const merged = (nth: number, into: number | null, more: object = {}) => ({
    ...{ id: id(nth), number: nth, title: 'Old', description: 'x', status: 'CLOSED', priority: 'LOW', reopenCount: 0 },
    ...{ authorId: id(9), submittedById: id(9), closedAt: times.createdAt, ...times },
    ...{ mergedIntoId: into === null ? null : id(into), ...more },
  });

  it('never lead back to themselves', async () => {
    const tenant = await system.createTenant();
    const { admin } = tenant;
    const zip = await zipOf({
      'manifest.json': JSON.stringify({ format: 'helpdeskly-export', version: 1 }),
      'users.jsonl': lines([person]),
      'tickets.jsonl': lines([
        merged(1, 2),
        merged(2, 3),
        merged(3, 1),
        merged(4, 4),
        merged(5, 1, { status: 'OPEN', closedAt: null }),
        merged(6, 1),
      ]),
    });
    const looked = await checked(admin, zip);
    const before = await refusals(admin, looked.id);
    expect(before.map(({ line, code }) => [line, code])).toEqual([
      [3, 'invalid_reference'],
      [4, 'invalid_value'],
      [5, 'invalid_value'],
    ]);
    await run(admin, looked.id);
    expect(await refusals(admin, looked.id)).toEqual(before);
    const rows = await inDatabase(
      tenant,
      `SELECT t."number" AS "from", i."number" AS "into" FROM "Ticket" t LEFT JOIN "Ticket" i ON i."id" = t."mergedIntoId" ORDER BY 1`,
    );
    expect(rows.map(({ from, into }) => [from, into])).toEqual([
      [1, 2],
      [2, 3],
      [3, null],
      [6, 1],
    ]);
  });
});
