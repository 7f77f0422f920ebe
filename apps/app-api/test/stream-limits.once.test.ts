import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, until, type System, type TestTenant } from '@helpdeskly/testing';
import { StreamHub } from '../src/live/stream-hub.js';
import { refusal } from './people.js';
import { openTicket } from './helpdesk.js';
import { Listener } from './streaming.js';

const [tenantCount, perTenant, max] = [6, 3, 8];

let system: System;
let tenants: TestTenant[];
const listeners: Listener[] = [];

beforeAll(async () => {
  system = await startSystem({
    app: {
      TENANT_CONNECTIONS_MAX: '2',
      TENANT_POOL_MAX: '2',
      STREAMS_PER_TENANT: String(perTenant),
      STREAMS_MAX: String(max),
      EVENT_RETENTION: '1s',
    },
  });
  tenants = [];
  for (let n = 0; n < tenantCount; n++) tenants.push(await system.createTenant());
});
afterEach(async () => {
  for (const listener of listeners.splice(0)) listener.hang();
  await until(() => system.appApp.get(StreamHub).all().length === 0);
});
afterAll(() => system?.close());

async function listen({ admin }: TestTenant, last?: string): Promise<Listener> {
  const listener = await Listener.of(system, admin, { last });
  listeners.push(listener);
  return listener;
}

describe('streams', () => {
  it('of more tenants than there may be connections hear of everything: they hold none', async () => {
    const streams: Listener[] = [];
    for (const tenant of tenants) streams.push(await listen(tenant));
    for (let round = 1; round <= 3; round++) {
      await Promise.all(tenants.map(({ admin }) => openTicket(admin)));
      for (const stream of streams) expect(await stream.heard(round)).toHaveLength(round);
    }
  });

  it('are no more than a tenant, or the process, may have', async () => {
    const [one, two, three] = tenants as [TestTenant, TestTenant, TestTenant];
    for (const tenant of [one, one, one, two, two, two]) await listen(tenant);
    expect(refusal(await one.admin.get('/stream'))).toEqual([429, 'stream_limit']);
    for (let n = 0; n < 2; n++) await listen(three);
    expect(refusal(await three.admin.get('/stream'))).toEqual([429, 'stream_limit']);
    listeners[0]?.hang();
    await until(() => system.appApp.get(StreamHub).of(one.id)?.size === 2);
    await listen(three);
  });

  it('begin anew when their cursor is older than EVENT_RETENTION', async () => {
    const [tenant] = tenants as [TestTenant];
    const stream = await listen(tenant);
    await openTicket(tenant.admin);
    const [event] = await stream.heard(1);
    await until(() => Date.now() - Date.parse(event?.data.at) > 1100);
    const again = await listen(tenant, event?.id);
    await until(() => again.blocks.some((block) => block.event === 'reset'));
  });
});
