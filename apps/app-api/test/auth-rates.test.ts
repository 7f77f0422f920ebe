import { startSystem, type Caller, type System } from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearing, refusal } from './people.js';

let system: System;

beforeAll(async () => {
  system = await startSystem({ app: { RATE_LIMIT_USER_PER_MINUTE: '5' } });
});
afterAll(() => system?.close());

async function statuses(times: number, caller: Caller): Promise<number[]> {
  const answers = [];
  for (let i = 0; i < times; i++) answers.push(await caller.get('/auth/me'));
  return answers.map(({ status }) => status);
}

describe('requests a minute', () => {
  it('are limited for each user', async () => {
    const tenant = await system.createTenant();
    const agent = await tenant.user('AGENT');
    expect(await statuses(6, agent)).toEqual([200, 200, 200, 200, 200, 429]);
    const refused = await agent.get('/auth/me');
    expect(refusal(refused)).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await statuses(1, await tenant.user('CUSTOMER'))).toEqual([200]);
  });

  it('are those of a user, not of one of the sessions', async () => {
    const tenant = await system.createTenant();
    const agent = await tenant.user('AGENT');
    const elsewhere = await tenant.signIn(agent.email);
    await statuses(5, agent);
    expect(await statuses(1, elsewhere)).toEqual([429]);
  });

  it('are limited for each API key', async () => {
    const { admin, visitor } = await system.createTenant();
    const made = () => admin.post('/api-keys', { name: 'x', role: 'AGENT', scopes: ['tickets:read'] });
    const [busy, quiet] = [(await made()).body.key, (await made()).body.key];
    const asked = async (key: string) => (await bearing(visitor, key).get('/tickets')).status;
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await asked(busy));
    expect(answers).toEqual([200, 200, 200, 200, 200, 429]);
    expect(await asked(quiet)).toBe(200);
  });

  it('are limited for all users of a tenant together, as its own limit says', async () => {
    const tenant = await system.createTenant({ limits: { requestsPerMinute: 4 } });
    const agent = await tenant.user('AGENT'); // Created by the admin: one.
    expect(await statuses(2, agent)).toEqual([200, 200]);
    expect(await statuses(2, tenant.admin)).toEqual([200, 429]);
    expect(await statuses(1, agent)).toEqual([429]);
  });

  it('are limited for the address of who has no token, at no cost to those who have one', async () => {
    const tenant = await system.createTenant({ limits: { requestsPerMinute: 4 } }); // Its admin has signed in: one.
    const refresh = () => tenant.visitor.post('/auth/refresh', { refreshToken: 'nothing' });
    for (let i = 0; i < 4; i++) expect((await refresh()).status).toBe(401);
    expect(refusal(await refresh())).toEqual([429, 'rate_limited']);
    expect(await statuses(4, tenant.admin)).toEqual([200, 200, 200, 200]);
  });

  it('of one tenant leave the others alone', async () => {
    const [busy, quiet] = [
      await system.createTenant({ limits: { requestsPerMinute: 2 } }),
      await system.createTenant(),
    ];
    await statuses(3, busy.admin);
    expect(await statuses(1, quiet.admin)).toEqual([200]);
  });

  it('do not count requests that prove nobody', async () => {
    const tenant = await system.createTenant({ limits: { requestsPerMinute: 3 } });
    const stranger = tenant.visitor.with({ authorization: 'Bearer nothing' });
    expect(await statuses(5, stranger)).toEqual([401, 401, 401, 401, 401]);
    expect(await statuses(1, tenant.admin)).toEqual([200]);
  });
});
