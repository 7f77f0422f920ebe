import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';

let system: System;
let desk: Helpdesk;
let groupId: string;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
  groupId = (await desk.admin.post('/groups', { name: 'Second level' })).body.id;
  await desk.admin.put(`/groups/${groupId}/members/${desk.agent.id}`);
  const assigned = { assignedToId: desk.agent.id };
  await lying({ ...assigned, groupId }, '2026-03-28T23:30Z', 600, '2026-03-29T21:30Z');
  await lying({}, '2026-03-29T22:30Z');
  await lying(assigned, '2026-03-30T10:00Z', 1800, '2026-03-31T10:00Z');
  const { id: deleted } = await lying({}, '2026-03-30T10:00Z', 60, '2026-03-30T11:00Z');
  await desk.admin.delete(`/tickets/${deleted}`);
  const { id: spam } = await openTicket(desk.stranger);
  expect((await desk.admin.post(`/tickets/${spam}/spam`)).status).toBe(200);
  await put(spam, '2026-03-30T10:00Z', 60, '2026-03-30T11:00Z');
  const [source, target] = [await lying({}, '2026-03-30T10:00Z'), await lying({}, '2025-01-01T10:00Z')];
  expect((await desk.admin.post(`/tickets/${source.id}/merge`, { intoId: target.id })).status).toBe(200);
});
afterAll(() => system?.close());

/** A ticket as if it had been opened, answered after some seconds, and resolved at these times. */
async function lying(fields: object, createdAt: string, answered?: number, resolvedAt?: string): Promise<any> {
  const ticket = await openTicket(desk.agent, fields);
  if (resolvedAt !== undefined) await desk.agent.patch(`/tickets/${ticket.id}`, { status: 'RESOLVED' });
  await put(ticket.id, createdAt, answered, resolvedAt);
  return ticket;
}

function put(id: string, createdAt: string, answered?: number, resolvedAt?: string): Promise<unknown> {
  const times = [createdAt, answered ?? null, resolvedAt ?? null];
  return inDatabase(
    desk.tenant,
    `UPDATE "Ticket" SET "createdAt" = $2, "resolvedAt" = $4,
            "firstRespondedAt" = $2::timestamptz + $3::int * interval '1 second' WHERE "id" = $1`,
    [id, ...times],
  );
}

const berlin = 'from=2026-03-29&to=2026-03-31&timeZone=Europe/Berlin';
const report = async (name: string, query = berlin) => (await desk.admin.get(`/reports/tickets/${name}?${query}`)).body;
const daily = async (query: string) =>
  (await report('days', query)).data.map(({ day, created, resolved }: any) => [day.slice(-2), created, resolved]);

describe('the reports', () => {
  it('count by the days of a zone, in which a day may have 23 hours', async () => {
    expect(await report('days')).toEqual({
      data: [
        { day: '2026-03-29', created: 1, resolved: 1 },
        { day: '2026-03-30', created: 2, resolved: 0 },
        { day: '2026-03-31', created: 0, resolved: 1 },
      ],
      meta: { from: '2026-03-29', to: '2026-03-31', timeZone: 'Europe/Berlin' },
    });
    expect(await daily('from=2026-03-28&to=2026-03-31')).toEqual([
      ['28', 1, 0],
      ['29', 1, 1],
      ['30', 1, 0],
      ['31', 0, 1],
    ]);
    expect(await daily(`${berlin}&assignedTo=none`)).toEqual([
      ['29', 0, 0],
      ['30', 1, 0],
      ['31', 0, 0],
    ]);
  });

  it('cover thirty days up to today unless they are told others', async () => {
    const { data, meta } = await report('days', 'timeZone=Pacific/Kiritimati');
    expect(data).toHaveLength(30);
    expect([data[0].day, data[29].day]).toEqual([meta.from, meta.to]);
    expect(await report('days', `to=2026-03-31`)).toMatchObject({ meta: { from: '2026-03-02', timeZone: 'UTC' } });
  });

  it('say how long responses and resolutions took', async () => {
    const times = { medianSeconds: 1200, p90Seconds: 1680, averageSeconds: 1200 };
    expect((await report('times')).data).toEqual([
      { measure: 'FIRST_RESPONSE', tickets: 2, ...times },
      { measure: 'RESOLUTION', tickets: 2, medianSeconds: 82_800, p90Seconds: 85_680, averageSeconds: 82_800 },
    ]);
    const nothing = { tickets: 0, medianSeconds: null, p90Seconds: null, averageSeconds: null };
    expect((await report('times', 'from=2024-02-01&to=2024-02-29')).data).toEqual([
      { measure: 'FIRST_RESPONSE', ...nothing },
      { measure: 'RESOLUTION', ...nothing },
    ]);
  });

  it('tell groups and agents apart, and those without one', async () => {
    const medians = (response: number | null, resolution: number | null) => ({
      medianFirstResponseSeconds: response,
      medianResolutionSeconds: resolution,
    });
    expect((await report('groups')).data).toEqual([
      { id: null, name: null, created: 2, resolved: 1, unsolved: 2, ...medians(1800, 86_400) },
      { id: groupId, name: 'Second level', created: 1, resolved: 1, unsolved: 0, ...medians(600, 79_200) },
    ]);
    expect((await report('agents')).data).toEqual([
      { id: desk.agent.id, name: 'Anna Agent', created: 2, resolved: 2, unsolved: 0, ...medians(1200, 82_800) },
      { id: null, name: null, created: 1, resolved: 0, unsolved: 2, ...medians(null, null) },
    ]);
    expect((await report('agents', `${berlin}&group=${groupId}`)).data).toMatchObject([{ created: 1, resolved: 1 }]);
  });

  it('sort what waits now by its age', async () => {
    const other = await openHelpdesk(system);
    for (const [age, status] of [
      ['23 hours', 'OPEN'],
      ['1 day 1 hour', 'PENDING'],
      ['6 days', 'ON_HOLD'],
      ['6 days', 'OPEN'],
      ['29 days', 'RESOLVED'],
      ['31 days', 'OPEN'],
    ] as const) {
      const { id } = await openTicket(other.agent, { status });
      const sql = `UPDATE "Ticket" SET "createdAt" = now() - $2::interval WHERE "id" = $1`;
      await inDatabase(other.tenant, sql, [id, age]);
    }
    const { body } = await other.admin.get('/reports/tickets/open');
    const row = (age: string, open: number, pending: number, onHold: number) => ({
      ...{ age, open, pending, onHold },
      total: open + pending + onHold,
    });
    expect(body.data).toEqual([
      row('UNDER_1_DAY', 1, 0, 0),
      row('UNDER_3_DAYS', 0, 1, 0),
      row('UNDER_7_DAYS', 1, 0, 1),
      row('UNDER_30_DAYS', 0, 0, 0),
      row('OLDER', 1, 0, 0),
    ]);
  });

  it('are CSV for those who ask for it, by Accept or by name', async () => {
    const file = await desk.admin.get(`/reports/tickets/groups.csv?${berlin}`);
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="tickets-groups.csv"');
    expect(file.text.split('\r\n')).toEqual([
      'id,name,created,resolved,unsolved,medianFirstResponseSeconds,medianResolutionSeconds',
      ',,2,1,2,1800,86400',
      `${groupId},Second level,1,1,0,600,79200`,
      '',
    ]);
    const asked = await desk.admin.get(`/reports/tickets/groups?${berlin}`, { headers: { accept: 'text/csv' } });
    expect([asked.text, asked.headers.get('vary')]).toEqual([file.text, 'Accept']);
    for (const name of ['open', 'days', 'times', 'agents'])
      expect((await desk.admin.get(`/reports/tickets/${name}.csv`)).text).toMatch(/^\w+(,\w+)+\r\n/);
  });

  it.each([
    ['a day that is none', 'from=2026-02-30', 'from'],
    ['a time', 'to=2026-02-03T10:00Z', 'to'],
    ['days the wrong way round', 'from=2026-03-02&to=2026-03-01', 'from'],
    ['more than 366 days', 'from=2025-01-01&to=2026-01-02', 'from'],
    ['an unknown zone', 'timeZone=Mars/Olympus', 'timeZone'],
    ['an offset', 'timeZone=%2B01:00', 'timeZone'],
    ['a zone of POSIX', 'timeZone=EST5EDT4,M3.2.0,M11.1.0', 'timeZone'],
    ['a group that is no id', 'group=all', 'group'],
  ])('refuse %s', async (_what, query, field) => {
    const answer = await desk.admin.get(`/reports/tickets/days?${query}`);
    expect([...refusal(answer), answer.body.errors[0].field]).toEqual([400, 'validation_failed', field]);
  });
});
