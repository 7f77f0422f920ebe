import { sharedSystem, type Caller, type System, type TestTenant } from '@helpdeskly/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bearing, inDatabase, invited, password, refusal } from './people.js';

let system: System;
let acme: TestTenant;
let globex: TestTenant;
let agent: Caller;
let count = 0;

beforeAll(async () => {
  system = await sharedSystem();
  [acme, globex] = await Promise.all([system.createTenant(), system.createTenant()]);
  agent = await acme.user('AGENT');
});
afterAll(() => system?.close());

const chosen = 'chosen by the invited';
const accept = (token: string, fields: object = {}, tenant = acme) =>
  tenant.visitor.post('/auth/invitations/accept', { token, password: chosen, ...fields });

describe('an invitation', () => {
  let email: string;
  let user: any;
  let token: string;

  beforeEach(async () => {
    email = `ines-${++count}@acme.example`;
    user = await invited(acme.admin, email);
    token = await issued(acme.admin);
  });

  async function issued(by: Caller): Promise<string> {
    const { status, body } = await by.post(`/users/${user.id}/invitation`);
    expect(status).toBe(201);
    return body.token;
  }

  const statusNow = async () => (await acme.admin.get(`/users/${user.id}`)).body.status;

  it('is for a user who is INVITED and cannot sign in yet', async () => {
    expect(user).toMatchObject({ status: 'INVITED', email });
    const login = await acme.visitor.post('/auth/login', { email, password: chosen });
    expect(refusal(login)).toEqual([401, 'invalid_credentials']);
  });

  it('lasts for seven days', async () => {
    const before = Date.now();
    const { body } = await acme.admin.post(`/users/${user.id}/invitation`);
    expect(Object.keys(body).sort()).toEqual(['expiresAt', 'token']);
    const lifetime = Date.parse(body.expiresAt) - before;
    expect(lifetime).toBeGreaterThanOrEqual(7 * 24 * 3_600_000);
    expect(lifetime).toBeLessThan(7 * 24 * 3_600_000 + 60_000);
  });

  it('sets the password, makes the user ACTIVE and signs in', async () => {
    const { status, body } = await accept(token, { name: 'Ines Accepted' });
    expect(status).toBe(200);
    expect(body.user).toMatchObject({
      id: user.id,
      status: 'ACTIVE',
      name: 'Ines Accepted',
      version: user.version + 1,
    });
    expect((await bearing(acme.visitor, body.accessToken).get('/auth/me')).body).toEqual(body.user);
    await acme.signIn(email, chosen);
  });

  it('leaves the name as it is when none is given', async () => {
    expect((await accept(token)).body.user.name).toBe('Ines Invited');
  });

  it('works once', async () => {
    await accept(token);
    expect(refusal(await accept(token, { password: 'somebody else wants in' }))).toEqual([401, 'token_invalid']);
    await acme.signIn(email, chosen);
  });

  it('works once when it is accepted many times at once', async () => {
    const tries = Array.from({ length: 6 }, (_, i) => accept(token, { password: `password number ${i}` }));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
  });

  it('is not used up by a password that is too short', async () => {
    expect(refusal(await accept(token, { password: 'short' }))).toEqual([400, 'validation_failed']);
    expect((await accept(token)).status).toBe(200);
  });

  it('is replaced by the next one', async () => {
    const next = await issued(agent);
    expect(refusal(await accept(token))).toEqual([401, 'token_invalid']);
    expect((await accept(next)).status).toBe(200);
  });

  it('is one alone when many are issued at once', async () => {
    const tokens = await Promise.all(Array.from({ length: 5 }, () => issued(acme.admin)));
    const statuses = [];
    for (const each of tokens) statuses.push((await accept(each)).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });

  it('runs out', async () => {
    await inDatabase(acme, `UPDATE "Invitation" SET "expiresAt" = now() WHERE "userId" = $1`, [user.id]);
    expect(refusal(await accept(token))).toEqual([401, 'token_invalid']);
    expect(await statusNow()).toBe('INVITED');
  });

  it('is worth nothing in another tenant', async () => {
    expect(refusal(await accept(token, {}, globex))).toEqual([401, 'token_invalid']);
    expect((await accept(token)).status).toBe(200);
  });

  it('ends when the user is disabled, for good', async () => {
    await acme.admin.delete(`/users/${user.id}`);
    expect(refusal(await accept(token))).toEqual([401, 'token_invalid']);
    await acme.admin.patch(`/users/${user.id}`, { status: 'ACTIVE' });
    expect(refusal(await accept(token))).toEqual([401, 'token_invalid']);
  });

  it('ends when the email that it was sent to is corrected', async () => {
    await acme.admin.patch(`/users/${user.id}`, { email: `right-${email}` });
    expect(refusal(await accept(token))).toEqual([401, 'token_invalid']);
  });

  it('cannot be issued to a disabled user', async () => {
    await acme.admin.delete(`/users/${user.id}`);
    const answer = await acme.admin.post(`/users/${user.id}/invitation`);
    expect(refusal(answer)).toEqual([409, 'invalid_transition']);
    expect(answer.body).toMatchObject({ from: 'DISABLED', to: 'INVITED', allowed: ['ACTIVE'] });
  });

  it('is kept as a hash', async () => {
    const rows = await inDatabase(acme, 'SELECT i::text FROM "Invitation" i');
    expect(JSON.stringify(rows)).not.toContain(token.slice(4));
  });

  it('is issued once for an Idempotency-Key, and kept in no readable form', async () => {
    const options = { headers: { 'idempotency-key': `invite-${count}` } };
    const issue = () => acme.admin.post(`/users/${user.id}/invitation`, undefined, options);
    const [first, second] = [await issue(), await issue()];
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    const rows = await inDatabase(acme, 'SELECT k::text FROM "IdempotencyKey" k');
    expect(JSON.stringify(rows)).not.toContain(first.body.token.slice(4));
    expect((await accept(first.body.token)).status).toBe(200);
  });
});

describe('an invitation for an ACTIVE user', () => {
  it('replaces a forgotten password and ends all sessions', async () => {
    const user = await acme.user('CUSTOMER');
    const { body } = await agent.post(`/users/${user.id}/invitation`);
    expect((await user.get('/auth/me')).status).toBe(200);
    expect((await accept(body.token)).status).toBe(200);
    expect(refusal(await user.get('/auth/me'))).toEqual([401, 'token_invalid']);
    const refreshed = await acme.visitor.post('/auth/refresh', { refreshToken: user.refreshToken });
    expect(refusal(refreshed)).toEqual([401, 'token_invalid']);
    const login = await acme.visitor.post('/auth/login', { email: user.email, password });
    expect(refusal(login)).toEqual([401, 'invalid_credentials']);
    await acme.signIn(user.email, chosen);
  });
});

describe('accepting', () => {
  it.each(['hdi_', 'nothing', 'hdi_'.padEnd(47, 'A'), 'x'.repeat(4096)])('refuses %j', async (token) => {
    expect(refusal(await accept(token))).toEqual([401, 'token_invalid']);
  });

  it.each([
    ['token', { token: undefined }],
    ['token', { token: '' }],
    ['token', { token: 'x'.repeat(4097) }],
    ['password', { password: undefined }],
    ['name', { name: ' ' }],
    ['email', { email: 'other@acme.example' }],
  ])('says what is wrong with the field %s', async (field, fields) => {
    const answer = await accept('hdi_x', fields);
    expect(refusal(answer)).toEqual([400, 'validation_failed']);
    expect(answer.body.errors).toMatchObject([{ field }]);
  });
});
