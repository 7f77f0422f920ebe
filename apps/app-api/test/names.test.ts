import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, walk, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const names = ['Zoe', 'anna', 'Ömer', 'Anton', 'émile', 'Emil', 'Östen', 'zoë', 'Étienne', 'öl', '_x', '9', 'Ørsted'];
const inOrder = ['_x', '9', 'anna', 'Anton', 'Emil', 'émile', 'Étienne', 'öl', 'Ömer', 'Ørsted', 'Östen', 'Zoe', 'zoë'];
const fields: Record<string, object> = {
  groups: {},
  organizations: {},
  macros: { shared: true, changes: { priority: 'HIGH' } },
};

describe('lists by name are in the order of Unicode’s collation, regardless of case, page by page', () => {
  it.each(Object.keys(fields))('of %s', async (list) => {
    for (const name of names) expect((await desk.admin.post(`/${list}`, { name, ...fields[list] })).status).toBe(201);
    expect((await walk(desk.admin, `/${list}?limit=2`)).map(({ name }) => name)).toEqual(inOrder);
  });

  it('of users, up and down', async () => {
    for (const [n, name] of names.entries())
      await desk.admin.post('/users', { name, email: `order-${n}@order.example`, role: 'CUSTOMER' });
    const walked = async (sort: string) =>
      (await walk(desk.admin, `/users?q=order-&limit=2&sort=${sort}`)).map(({ name }) => name);
    expect(await walked('name')).toEqual(inOrder);
    expect(await walked('-name')).toEqual(inOrder.toReversed());
  });

  it('of tags', async () => {
    const tags = ['zebra', 'a-1', 'a_1', 'a1', 'b', '1a'];
    await openTicket(desk.agent, { tags });
    const walked = (await walk(desk.agent, '/tags?limit=2')).map(({ tag }) => tag);
    expect(walked).toEqual(tags.toSorted(new Intl.Collator('en').compare));
  });
});

const [composed, apart] = ['Grüße', 'Gru\u0308ße'];

describe('what is typed composed or apart is the same', () => {
  it('user', async () => {
    const user = (email: string) => desk.admin.post('/users', { email, name: apart, role: 'CUSTOMER' });
    const { status, body } = await user(`${apart}@nfc.example`);
    expect([status, body.email, body.name]).toEqual([201, `${composed}@nfc.example`, composed]);
    expect((await user(`${composed.toUpperCase()}@nfc.example`.replace('SS', 'ß'))).body.code).toBe('email_taken');
    const { body: found } = await desk.admin.get(`/users?email=${encodeURIComponent(`${apart}@nfc.example`)}`);
    expect(found.data).toHaveLength(1);
  });

  it.each(['groups', 'organizations'])('name of %s', async (list) => {
    const make = (name: string) => desk.admin.post(`/${list}`, { name });
    expect((await make(apart)).body.name).toBe(composed);
    for (const name of [composed, apart, 'gRÜßE', '\u200bGrü\u2060ße'])
      expect([name, (await make(name)).body.code]).toEqual([name, 'name_taken']);
    const { body } = await desk.admin.get(`/${list}?q=${encodeURIComponent(apart)}`);
    expect(body.data.map(({ name }: any) => name)).toEqual([composed]);
  });

  it('text of a ticket, comment and file', async () => {
    const ticket = await openTicket(desk.customer, { title: apart, description: apart });
    expect([ticket.title, ticket.description]).toEqual([composed, composed]);
    expect((await desk.agent.patch(`/tickets/${ticket.id}`, { title: apart })).body.version).toBe(ticket.version);
    expect((await desk.agent.post(`/tickets/${ticket.id}/comments`, { body: apart })).body.body).toBe(composed);
  });
});

describe('what nobody sees', () => {
  const unseen = [
    '\u200b',
    '\u2060\ufeff',
    '\u00ad',
    '\u202e\u2066',
    '\u00a0',
    '\u3164',
    '\u2800 \u2800',
    '\u115f',
    '\ufe0f',
  ];

  it.each(unseen)('fills no text: %j', async (text) => {
    const ticket = { title: 'x', description: 'x' };
    for (const [path, body, field] of [
      ['/tickets', { ...ticket, title: text }, 'title'],
      ['/tickets', { ...ticket, description: text }, 'description'],
      ['/groups', { name: text }, 'name'],
      ['/users', { name: text, email: 'seen@unseen.example', role: 'CUSTOMER' }, 'name'],
    ] as const)
      expect((await desk.admin.post(path, body)).body).toMatchObject({
        code: 'validation_failed',
        errors: [{ field, code: 'empty' }],
      });
    expect((await desk.admin.get('/users?email=seen@unseen.example')).body.data).toEqual([]);
  });

  it.each([
    'an\u200bna',
    'an\u2060na',
    'anna\ufeff\u200b',
    'an\u00adna',
    '\u202eanna',
    'an\u3164na',
    'an\u00a0na',
    'an\u2800na',
  ])('is in no email: %j', async (local) => {
    const { status, body } = await desk.admin.post('/users', {
      name: 'Anna',
      email: `${local}@unseen.example`,
      role: 'CUSTOMER',
    });
    expect([status, body.errors]).toMatchObject([400, [{ field: 'email' }]]);
  });

  it('stands where it belongs: in emoji, in Persian and Indic words', async () => {
    for (const title of ['👩\u200d💻 asks', 'می\u200cخواهم', 'क्\u200dष'])
      expect((await openTicket(desk.customer, { title })).title).toBe(title);
  });
});
