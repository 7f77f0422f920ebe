import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, type Helpdesk } from './helpdesk.js';
import { inDatabase, invited, refusal } from './people.js';

let system: System;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  system = await startSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const newEmail = () => `one-of-many-${++count}@address.example`;
const correct = (id: string, fields: object, options = {}, caller = desk.agent) =>
  caller.patch(`/users/${id}`, fields, options);
const read = async (id: string) => (await desk.agent.get(`/users/${id}`)).body;

/** A customer with some former addresses, the latest last. */
async function someone(former = 1): Promise<any> {
  const user = await invited(desk.admin, newEmail());
  for (let at = 0; at < former; at++) await correct(user.id, { email: newEmail() });
  return read(user.id);
}

describe('former addresses', () => {
  it('are given up, so that two that were swapped are put right', async () => {
    const [one, other] = [await someone(0), await someone(0)];
    expect((await correct(one.id, { email: newEmail(), addresses: [] })).body.addresses).toEqual([]);
    expect((await correct(other.id, { email: one.email, addresses: [] })).body).toMatchObject({
      email: one.email,
      addresses: [],
    });
    expect((await correct(one.id, { email: other.email, addresses: [] })).body).toMatchObject({
      email: other.email,
      addresses: [],
    });
    for (const [address, id] of [
      [one.email, other.id],
      [other.email, one.id],
    ])
      expect((await desk.agent.get(`/users?email=${address}`)).body.data).toMatchObject([{ id }]);
  });

  it('that are left stay in their order, in whatever case and order they are named', async () => {
    const { id, version, addresses } = await someone(3);
    const [first, second, third] = addresses;
    const { status, body, headers } = await correct(id, { addresses: [third.toUpperCase(), ` ${first} `, first] });
    expect([status, body.addresses, body.version, headers.get('etag')]).toEqual([
      200,
      [first, third],
      version + 1,
      `"${version + 1}"`,
    ]);
    expect((await desk.agent.get(`/users?email=${second}`)).body.data).toEqual([]);
    expect((await desk.agent.get(`/users?q=${second}`)).body.data).toEqual([]);
    expect((await desk.admin.post('/users', { email: second, name: 'Right', role: 'CUSTOMER' })).status).toBe(201);
  });

  it('named all of them change nothing', async () => {
    const user = await someone(2);
    expect((await correct(user.id, { addresses: user.addresses })).body).toEqual(user);
  });

  it('count the one that a new email takes the place of', async () => {
    const user = await someone(1);
    const [former] = user.addresses;
    expect((await correct(user.id, { email: newEmail(), addresses: [former] })).body.addresses).toEqual([former]);
    const both = await someone(1);
    const named = [both.email, both.addresses[0]];
    expect((await correct(both.id, { email: newEmail(), addresses: named })).body.addresses).toEqual([
      both.addresses[0],
      both.email,
    ]);
  });

  it('are never made more: a strange one is 400 for its place, and nothing changes', async () => {
    const [user, other] = [await someone(1), await someone(1)];
    const [former] = user.addresses;
    for (const strange of ['nobody@address.example', other.email, other.addresses[0]]) {
      const answer = await correct(user.id, { name: 'Changed', addresses: [former, strange] });
      expect(refusal(answer)).toEqual([400, 'validation_failed']);
      expect(answer.body.errors).toMatchObject([{ field: 'addresses.1', code: 'not_theirs' }]);
    }
    for (const addresses of ['x', [7], ['no address'], [''], null])
      expect(refusal(await correct(user.id, { addresses }))).toEqual([400, 'validation_failed']);
    expect(await read(user.id)).toEqual(user);
  });

  it('are changed under If-Match, by agents of customers alone', async () => {
    const user = await someone(1);
    const headers = { 'if-match': '"1"' };
    expect(refusal(await correct(user.id, { addresses: [] }, { headers }))).toEqual([412, 'version_conflict']);
    expect(refusal(await correct(user.id, { addresses: [] }, {}, desk.customer))).toEqual([404, 'not_found']); // They see nobody else.
    expect(refusal(await correct(desk.admin.id, { addresses: [] }))).toEqual([403, 'forbidden']);
    const agent = await desk.tenant.user('AGENT', 'Ada Addressed');
    await desk.admin.patch(`/users/${agent.id}`, { email: newEmail() });
    const { body } = await desk.admin.patch(`/users/${agent.id}`, { addresses: [] });
    expect(body.addresses).toEqual([]);
  });

  it('that go do so from search, and stand in the audit trail until the person is made nobody', async () => {
    const user = await someone(1);
    const [former] = user.addresses;
    const { number } = await openTicket(desk.agent, { authorId: user.id });
    const found = async () =>
      (await desk.agent.get(`/tickets?q=${encodeURIComponent(former)}`)).body.data.map((each: any) => each.number);
    expect(await found()).toEqual([number]);
    await correct(user.id, { addresses: [] });
    expect(await found()).toEqual([]);
    const audited = async () => (await desk.admin.get(`/audit-events?subject=${user.id}&type=user_updated`)).body.data;
    const changes = (await audited()).map(({ details }: any) => details.changes.addresses);
    expect(changes).toContainEqual({ from: [former], to: [] });
    await desk.admin.post(`/users/${user.id}/anonymize`);
    expect(JSON.stringify(await audited())).not.toContain(former);
    expect(await inDatabase(desk.tenant, 'SELECT FROM "UserAddress" WHERE "userId" = $1', [user.id])).toEqual([]);
  });

  it('of somebody say whose they are, when somebody else wants one', async () => {
    const user = await someone(1);
    const [former] = user.addresses;
    for (const answer of [
      await desk.agent.post('/users', { email: former.toUpperCase(), name: 'x', role: 'CUSTOMER' }),
      await correct((await someone(0)).id, { email: former }),
    ]) {
      expect(refusal(answer)).toEqual([409, 'email_taken']);
      expect(answer.body).toMatchObject({ formerlyOfId: user.id, detail: expect.stringContaining(user.name) });
    }
    const present = await desk.agent.post('/users', { email: user.email, name: 'x', role: 'CUSTOMER' });
    expect(refusal(present)).toEqual([409, 'email_taken']);
    expect(present.body.formerlyOfId).toBeUndefined();
  });
});
