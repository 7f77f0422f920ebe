import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System, type User } from '@helpdeskly/testing';
import { openHelpdesk, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';

let system: System;
let desk: Helpdesk;
let agent: User;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});
beforeEach(async () => {
  agent = await desk.tenant.user('AGENT');
});
afterAll(() => system?.close());

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const say = (fields: object, by = agent, of = agent) => by.patch(`/users/${of.id}`, fields);
const shown = async () => (await desk.admin.get(`/users/${agent.id}`)).body;

describe('somebody who is away', () => {
  it('says so, until when, and that they are back; each change moves the version once', async () => {
    const until = inAnHour();
    expect((await say({ away: true })).body).toMatchObject({ away: true, awayUntil: null, version: 2 });
    expect((await say({ awayUntil: until })).body).toMatchObject({ away: true, awayUntil: until, version: 3 });
    expect((await say({ away: true })).body).toMatchObject({ awayUntil: until, version: 3 });
    expect((await say({ away: true, awayUntil: until })).body.version).toBe(3);
    expect((await say({ awayUntil: null })).body).toMatchObject({ away: true, awayUntil: null, version: 4 });
    expect((await say({ away: false })).body).toMatchObject({ away: false, awayUntil: null, version: 5 });
    expect((await say({ away: false })).body.version).toBe(5);
    expect((await say({ awayUntil: until })).body).toMatchObject({ away: true, awayUntil: until, version: 6 });
  });

  it('is shown so in lists, and is back when the time has passed', async () => {
    await say({ awayUntil: inAnHour() });
    const { body } = await desk.agent.get('/users?role=agent&sort=-createdAt&limit=1');
    expect(body.data).toMatchObject([{ id: agent.id, away: true }]);
    await inDatabase(desk.tenant, `UPDATE "User" SET "awayUntil" = now() WHERE "id" = $1`, [agent.id]);
    expect(await shown()).toMatchObject({ away: false, awayUntil: null, version: 2 });
    expect((await say({ away: false })).body.version).toBe(2);
  });

  it.each([
    ['a time that has passed', { awayUntil: '2020-01-01T00:00:00.000Z' }, 'awayUntil'],
    ['no time', { awayUntil: 'tomorrow' }, 'awayUntil'],
    ['a time for somebody who is here', { away: false, awayUntil: '2999-01-01T00:00:00.000Z' }, 'awayUntil'],
    ['a word for a flag', { away: 'yes' }, 'away'],
  ])('is not told by %s', async (_what, fields, field) => {
    const answer = await say(fields);
    expect([...refusal(answer), answer.body.errors[0].field]).toEqual([400, 'validation_failed', field]);
    expect(await shown()).toMatchObject({ away: false, version: 1 });
  });

  it('is said by themselves or an admin, not by colleagues, and of themselves nothing else', async () => {
    expect((await say({ away: true }, desk.admin)).body.away).toBe(true);
    expect(refusal(await say({ away: false }, desk.agent))).toEqual([403, 'forbidden']);
    expect(refusal(await say({ away: false, name: 'Somebody' }))).toEqual([403, 'forbidden']);
    expect((await shown()).away).toBe(true);
    const { body } = await desk.admin.get(`/audit-events?type=USER_UPDATED&subject=${agent.id}`);
    expect(body.data[0].details.changes).toEqual({ away: { from: false, to: true } });
  });

  it('is never a customer, nor somebody who becomes one', async () => {
    for (const fields of [{ away: true }, { awayUntil: inAnHour() }])
      expect(refusal(await say(fields, desk.admin, desk.customer))).toEqual([400, 'validation_failed']);
    expect((await say({ away: false, awayUntil: null }, desk.admin, desk.customer)).status).toBe(200);
    await say({ away: true });
    expect((await say({ role: 'CUSTOMER' }, desk.admin)).body).toMatchObject({ role: 'CUSTOMER', away: false });
  });
});
