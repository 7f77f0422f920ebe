import { connected, sharedSystem, urlOf, type Caller, type System, type TestTenant } from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { inDatabase, password } from './people.js';

let system: System;
let tenant: TestTenant;
let elsewhere: TestTenant;
let customer: Caller;

beforeAll(async () => {
  system = await sharedSystem();
  [tenant, elsewhere] = await Promise.all([system.createTenant(), system.createTenant()]);
  customer = await tenant.user('CUSTOMER');
});

afterAll(() => system.close());

const demand = (mfaRequired: string) => tenant.admin.patch('/settings', { mfaRequired });

async function setUp(caller: Caller): Promise<{ secret: string; code: () => string }> {
  const { body } = await caller.post('/auth/mfa/totp');
  const code = () => new TOTP({ secret: Secret.fromBase32(body.secret) }).generate();
  expect((await caller.post('/auth/mfa/totp/confirm', { code: code() })).status).toBe(200);
  return { secret: body.secret, code };
}

describe('a helpdesk that demands a second factor of its staff', () => {
  it('lets an agent without one only set it up, from the change of the setting on', async () => {
    const agent = await tenant.user('AGENT');
    expect((await agent.get('/tickets')).status).toBe(200);
    const { body } = await demand('STAFF');
    expect(body).toMatchObject({ mfaRequired: 'STAFF' });
    for (const path of ['/tickets', '/users', '/settings', `/users/${agent.id}`])
      expect([path, (await agent.get(path)).body.code]).toEqual([path, 'mfa_setup_required']);
    expect((await agent.post('/tickets', { wrong: 1 })).body.code).toBe('mfa_setup_required');
    expect((await agent.get('/auth/me')).status).toBe(200);
    await setUp(agent);
    expect((await agent.get('/tickets')).status).toBe(200);
    expect((await agent.send('DELETE', '/auth/mfa/totp', { password })).status).toBe(204);
    expect((await agent.get('/tickets')).body.code).toBe('mfa_setup_required');
  });

  it('demands it of admins, too, and of no customer', async () => {
    expect((await tenant.admin.get('/users')).body.code).toBe('mfa_setup_required');
    expect((await customer.get('/tickets')).status).toBe(200);
    expect((await elsewhere.admin.get('/tickets')).status).toBe(200);
  });

  it('says so in its settings and its audit trail, and takes nothing else for a demand', async () => {
    await setUp(tenant.admin);
    expect((await demand('EVERYBODY')).status).toBe(400);
    const { body: before } = await tenant.admin.get('/settings');
    expect((await demand('STAFF')).body.version).toBe(before.version);
    const { data } = (await tenant.admin.get('/audit-events?type=SETTINGS_UPDATED')).body;
    expect(data[0].details).toEqual({ changes: { mfaRequired: { from: 'NONE', to: 'STAFF' } } });
    expect((await demand('NONE')).body.version).toBe(before.version + 1);
    const agent = await tenant.user('AGENT');
    expect((await agent.get('/tickets')).status).toBe(200);
  });
});

describe('the secret of a user’s app', () => {
  it('is encrypted with a key of the tenant, which no other tenant has and no dump tells', async () => {
    const agent = await tenant.user('AGENT');
    await setUp(agent);
    const [row] = await inDatabase(tenant, 'SELECT "totpSecret" FROM "UserTotp" WHERE "userId" = $1', [agent.id]);
    expect(row.totpSecret).toMatch(/^v1\.tenant\.[A-Za-z0-9_-]{60,}$/);
    const keys = await system.installation.query<{ key: string }>('SELECT "dataKeySecret" AS key FROM "Tenant"');
    expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
    for (const { key } of keys) expect(key).toMatch(/^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{60,}$/);
  });

  it('of somebody else serves nobody: it opens only for its own user', async () => {
    const [mine, theirs] = [await tenant.user('AGENT'), await tenant.user('AGENT')];
    const { code } = await setUp(mine);
    await setUp(theirs);
    await inDatabase(
      tenant,
      `UPDATE "UserTotp" SET "lastStep" = 0, "totpSecret" = (SELECT "totpSecret" FROM "UserTotp" WHERE "userId" = $1) WHERE "userId" = $2`,
      [mine.id, theirs.id],
    );
    const { body } = await tenant.visitor.post('/auth/login', { email: theirs.email, password });
    const answer = await tenant.visitor.post('/auth/mfa/verify', { mfaToken: body.mfaToken, code: code() });
    expect(answer.status).toBe(500);
  });

  it('waits for the tenant’s key where the control plane has given none yet', async () => {
    const agent = await elsewhere.user('AGENT');
    const key = await system.installation.query<{ key: string }>(
      'UPDATE "Tenant" SET "dataKeySecret" = NULL WHERE "id" = $1 RETURNING "dataKeySecret" AS key',
      [elsewhere.id],
    );
    expect(key).toEqual([{ key: null }]);
    const answer = await agent.post('/auth/mfa/totp');
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
      503,
      'service_unavailable',
      '1',
    ]);
    const seen = await connected(urlOf(elsewhere.databaseName), (client) => client.query('SELECT FROM "UserTotp"'));
    expect(seen.rowCount).toBe(0);
  });
});
