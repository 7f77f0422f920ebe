import { startSystem, type Caller, type System, type TestTenant } from '@helpdeskly/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { bearing, inDatabase, invited, password, refusal } from './people.js';

type User = TestTenant['admin'];

let system: System;
let tenant: TestTenant;
let user: User;

beforeAll(async () => {
  system = await startSystem({ app: { TRUSTED_PROXIES: '127.0.0.1' } });
  tenant = await system.createTenant();
});
beforeEach(async () => {
  user = await tenant.user('AGENT');
});
afterAll(() => system?.close());

const away = '198.51.100.7';
const from = (address: string) => tenant.visitor.with({ 'x-forwarded-for': address });
const signIn = (address: string, { email } = user) => from(address).post('/auth/login', { email, password });
const signedIn = async (address: string) => bearing(tenant.visitor, (await signIn(address)).body.accessToken);
const notices = async (caller: Caller): Promise<any[]> => (await caller.get('/notifications')).body.data;
const told = async (caller: Caller) => (await notices(caller)).map(({ details }) => details.event);
const current = async (caller: Caller): Promise<string> =>
  (await caller.get('/auth/sessions')).body.data.find((session: any) => session.current).id;

/** Turns the second factor on; the last code may be used again. */
async function withMfa(owner: User = user): Promise<{ recoveryCodes: string[]; code: () => string }> {
  const { body } = await owner.post('/auth/mfa/totp');
  const code = () => new TOTP({ secret: Secret.fromBase32(body.secret) }).generate();
  const confirmed = await owner.post('/auth/mfa/totp/confirm', { code: code() });
  expect(confirmed.status).toBe(200);
  await inDatabase(tenant, `UPDATE "UserTotp" SET "lastStep" = 0 WHERE "userId" = $1`, [owner.id]);
  return { recoveryCodes: confirmed.body.recoveryCodes, code };
}

describe('the owner of an account', () => {
  it('is told of a sign-in from a network that is new, with its session and address', async () => {
    const caller = await signedIn(away);
    const { id, name, email } = user;
    expect(await notices(user)).toEqual([
      expect.objectContaining({
        kind: 'SECURITY',
        ticketId: null,
        commentId: null,
        actorId: id,
        actor: { id, name, email, role: 'AGENT' },
        details: { event: 'NEW_SIGN_IN', sessionId: await current(caller), address: away },
        readAt: null,
      }),
    ]);
    expect((await user.delete(`/auth/sessions/${(await notices(user))[0].details.sessionId}`)).status).toBe(204);
    expect((await caller.get('/auth/me')).status).toBe(401);
  });

  it('is not told of the first sign-in, nor of others from networks of the last 90 days', async () => {
    expect(await told(user)).toEqual([]);
    for (const address of [away, away, '127.0.0.1']) await signIn(address);
    expect(await told(user)).toEqual(['NEW_SIGN_IN']);
    await inDatabase(tenant, `UPDATE "KnownAddress" SET "lastSignedInAt" = now() - interval '91 days'`);
    await signIn(away);
    expect(await told(user)).toEqual(['NEW_SIGN_IN', 'NEW_SIGN_IN']);
  });

  it('is told once of many sign-ins from a new network at the same moment', async () => {
    await Promise.all(Array.from({ length: 4 }, () => signIn(away)));
    expect(await told(user)).toEqual(['NEW_SIGN_IN']);
  });

  it('is not told of a wrong password, nor of a right one before its second factor', async () => {
    const { code } = await withMfa();
    await from(away).post('/auth/login', { email: user.email, password: 'some other password' });
    const { mfaToken } = (await signIn(away)).body;
    expect(await told(user)).toEqual(['MFA_ENABLED']);
    expect((await from(away).post('/auth/mfa/verify', { mfaToken, code: code() })).status).toBe(200);
    expect(await told(user)).toEqual(['NEW_SIGN_IN', 'MFA_ENABLED']);
  });

  it('is told of a new password', async () => {
    const change = { currentPassword: password, newPassword: 'quite another long password' };
    expect((await user.post('/auth/password', { ...change, currentPassword: 'wrong' })).status).toBe(401);
    expect((await user.post('/auth/password', change)).status).toBe(204);
    expect(await told(user)).toEqual(['PASSWORD_CHANGED']);
  });

  it('is told of a password that was reset, and not of the first one', async () => {
    const accept = async (id: string) => {
      const { token } = (await tenant.admin.post(`/users/${id}/invitation`)).body;
      const { body } = await tenant.visitor.post('/auth/invitations/accept', { token, password });
      return bearing(tenant.visitor, body.accessToken);
    };
    expect(await told(await accept(user.id))).toEqual(['PASSWORD_RESET']);
    const { id } = await invited(tenant.admin, 'ines@notices.example');
    expect(await told(await accept(id))).toEqual([]);
  });

  it('is told of a second factor that is turned on and off, and of each recovery code that was used', async () => {
    const { recoveryCodes } = await withMfa();
    const { mfaToken } = (await signIn('127.0.0.1')).body;
    const verify = (code: string) => tenant.visitor.post('/auth/mfa/verify', { mfaToken, code });
    expect(refusal(await verify('aaaa-aaaa-aaaa-aaaa'))).toEqual([401, 'invalid_credentials']);
    expect((await verify(recoveryCodes[0] as string)).status).toBe(200);
    expect((await user.send('DELETE', '/auth/mfa/totp', { password })).status).toBe(204);
    expect((await user.send('DELETE', '/auth/mfa/totp', { password })).status).toBe(204);
    expect(await told(user)).toEqual(['MFA_DISABLED', 'RECOVERY_CODE_USED', 'MFA_ENABLED']);
    const { data } = (await tenant.admin.get('/audit-events?type=RECOVERY_CODE_USED')).body;
    expect(data[0]).toMatchObject({ actor: { id: user.id }, subject: { id: user.id } });
  });

  it('is told who took the second factor away', async () => {
    await withMfa();
    expect((await tenant.admin.delete(`/users/${user.id}/mfa`)).status).toBe(204);
    const again = bearing(tenant.visitor, (await signIn('127.0.0.1')).body.accessToken);
    expect(await told(again)).toEqual(['MFA_RESET', 'MFA_ENABLED']);
    expect((await notices(again))[0]).toMatchObject({ actorId: tenant.admin.id, actor: { role: 'ADMIN' } });
    expect(await told(tenant.admin)).toEqual([]);
  });

  it('is told of a session that another session ended, not of a sign-out', async () => {
    const other = await tenant.signIn(user.email);
    const sessionId = await current(other);
    expect((await user.delete(`/auth/sessions/${sessionId}`)).status).toBe(204);
    const third = await tenant.signIn(user.email);
    expect((await third.post('/auth/logout')).status).toBe(204);
    const fourth = await tenant.signIn(user.email);
    expect((await fourth.delete(`/auth/sessions/${await current(fourth)}`)).status).toBe(204);
    expect((await notices(user)).map(({ details }) => details)).toEqual([{ event: 'SESSION_ENDED', sessionId }]);
  });

  it('is told once of a refresh token that was used again', async () => {
    const other = await tenant.signIn(user.email);
    const sessionId = await current(other);
    const refresh = () => tenant.visitor.post('/auth/refresh', { refreshToken: other.refreshToken });
    expect((await refresh()).status).toBe(200);
    for (let n = 0; n < 2; n++) expect(refusal(await refresh())).toEqual([401, 'refresh_token_reused']);
    const [notice, ...more] = await notices(user);
    expect([notice.actorId, notice.details, more]).toEqual([null, { event: 'REFRESH_TOKEN_REUSED', sessionId }, []]);
  });

  it('cannot turn that off', async () => {
    const choice = { SECURITY: { inApp: false } };
    expect(refusal(await user.patch('/notifications/preferences', choice))).toEqual([400, 'validation_failed']);
  });
});
