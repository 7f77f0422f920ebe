import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startSystem, until, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, reply, walk, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';
import { SmtpRelay } from './smtp-relay.js';

let relay: SmtpRelay;
let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  relay = await SmtpRelay.start();
  system = await startSystem({ appQueues: true, app: { MAIL_RELAY_URL: relay.url } });
});
beforeEach(async () => {
  desk = await openHelpdesk(system);
});
afterAll(async () => {
  await system?.close();
  await relay?.close();
});

const block = (address: string, code: string | null = '5.1.1') =>
  inDatabase(desk.tenant, `INSERT INTO "UndeliverableAddress" ("addressKey", "code") VALUES (lower($1), $2)`, [
    address,
    code,
  ]);
const listed = async (query = '') => (await desk.agent.get(`/undeliverable-addresses${query}`)).body.data;
const clear = (address: string) => desk.agent.delete(`/undeliverable-addresses/${encodeURIComponent(address)}`);

describe('an undeliverable address', () => {
  it('gets mail again once staff has cleared it', async () => {
    const { customer, agent } = desk;
    const ticket = await openTicket(customer);
    await block(customer.email);
    expect(await listed()).toEqual([
      { address: customer.email, code: '5.1.1', userId: customer.id, createdAt: expect.any(String) },
    ]);
    const settled = async (status: string) => {
      const { id } = await reply(agent, ticket.id, { body: 'A new toner is on its way.' });
      const read = async () => (await agent.get(`/tickets/${ticket.id}/comments/${id}`)).body.deliveries[0].status;
      await until(async () => (await read()) !== 'QUEUED');
      expect(await read()).toBe(status);
    };
    await settled('FAILED');
    expect((await clear(customer.email.toUpperCase())).status).toBe(204);
    expect(await listed()).toEqual([]);
    await settled('SENT');
    expect(relay.to(customer.email)).toHaveLength(1);
    const { data } = (await desk.admin.get('/audit-events?type=ADDRESS_CLEARED')).body;
    expect(data).toMatchObject([{ actor: { id: agent.id }, subject: { id: customer.id } }]);
  });

  it('is found among others, and by itself', async () => {
    const addresses = Array.from({ length: 7 }, (_, index) => `nobody-${index}@customer.example`);
    for (const address of addresses) await block(address, null);
    const walked = await walk(desk.agent, '/undeliverable-addresses?limit=2');
    expect(walked.map(({ address }) => address).sort()).toEqual(addresses);
    expect(await listed('?address=Nobody-3@customer.example')).toMatchObject([{ address: addresses[3], userId: null }]);
    expect(await listed('?address=other@customer.example')).toEqual([]);
  });

  it('that is none is not cleared, nor by a customer', async () => {
    for (const address of ['nobody@customer.example', '\0', 'x'])
      expect(refusal(await clear(address))).toEqual([404, 'not_found']);
    await block('nobody@customer.example');
    const path = '/undeliverable-addresses/nobody%40customer.example';
    expect(refusal(await desk.customer.delete(path))).toEqual([403, 'forbidden']);
    expect(refusal(await desk.customer.get('/undeliverable-addresses'))).toEqual([403, 'forbidden']);
    expect(await listed()).toHaveLength(1);
  });
});
