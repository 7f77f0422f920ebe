import { randomBytes } from 'node:crypto';
import {
  connected,
  startSystem,
  urlOf,
  type Answer,
  type Caller,
  type System,
  type TestTenant,
} from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';

const password = 'a password of many words';

let system: System;
let tenant: TestTenant;

beforeAll(async () => {
  system = await startSystem();
  tenant = await system.createTenant();
});

afterAll(() => system?.close());

interface Side {
  readonly database: () => string;
  readonly totp: string;
  readonly challenge: string;
  readonly visitor: () => Caller;
  readonly boss: () => Caller;
  readonly people: string;
  /** Makes somebody with that password. */
  readonly make: (email: string) => Promise<Answer>;
  readonly audited: () => Promise<string[]>;
}

const sides: Record<string, Side> = {
  'the app API': {
    database: () => tenant.databaseName,
    totp: 'UserTotp',
    challenge: 'MfaChallenge',
    visitor: () => tenant.visitor,
    boss: () => tenant.admin,
    people: '/users',
    make: (email) => tenant.admin.post('/users', { email, name: 'Arno', role: 'AGENT', password }),
    audited: async () =>
      (await tenant.admin.get('/audit-events?limit=20')).body.data.map(({ type }: any) => type.toLowerCase()),
  },
  'the control API': {
    database: () => system.installation.database,
    totp: 'OperatorTotp',
    challenge: 'OperatorMfaChallenge',
    visitor: () => system.control.as(),
    boss: () => system.operator,
    people: '/operators',
    make: (email) => system.operator.post('/operators', { email, name: 'Olga', role: 'VIEWER', password }),
    audited: async () =>
      (await system.operator.get('/audit-events?limit=20')).body.data.map(({ action }: any) =>
        action.replace('operator.', ''),
      ),
  },
};

/** An authenticator app, `steps` of 30 seconds from now. */
const appOf =
  (secret: string) =>
  (steps = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });

describe.each(Object.entries(sides))('the second factor at %s', (_, side) => {
  const refused = ({ status, body }: Answer) => [status, body.code];
  const signIn = (email: string) => side.visitor().post('/auth/login', { email, password });
  const verify = (mfaToken: string, code: string, caller = side.visitor()) =>
    caller.post('/auth/mfa/verify', { mfaToken, code });
  const bearing = ({ body }: Answer) => side.visitor().with({ authorization: `Bearer ${body.accessToken}` });
  const inDatabase = (sql: string, values: unknown[] = []) =>
    connected(urlOf(side.database()), async (client) => (await client.query(sql, values)).rows);
  /** As if the last code had been used a while ago: tests do not wait half a minute for the next one. */
  const later = (id: string) =>
    inDatabase(
      `UPDATE "${side.totp}" SET "lastStep" = 0 WHERE "${side.totp === 'UserTotp' ? 'userId' : 'operatorId'}" = $1`,
      [id],
    );

  async function somebody() {
    const email = `${randomBytes(5).toString('hex')}@desk.example`;
    const made = await side.make(email);
    expect(made.status).toBe(201);
    const answer = await signIn(email);
    expect(answer.status).toBe(200);
    return { id: made.body.id as string, email, caller: bearing(answer) };
  }

  async function withMfa() {
    const person = await somebody();
    const { status, body } = await person.caller.post('/auth/mfa/totp');
    expect(status).toBe(200);
    const code = appOf(body.secret);
    const confirmed = await person.caller.post('/auth/mfa/totp/confirm', { code: code() });
    expect(confirmed.status).toBe(200);
    await later(person.id);
    return { ...person, code, secret: body.secret as string, recoveryCodes: confirmed.body.recoveryCodes as string[] };
  }

  async function challenge(email: string): Promise<string> {
    const { status, body } = await signIn(email);
    expect([status, body]).toEqual([200, { mfaRequired: true, mfaToken: expect.any(String), expiresIn: 300 }]);
    return body.mfaToken;
  }

  it('begins with a secret for an app, and counts from the first code of it on', async () => {
    const { email, caller } = await somebody();
    const first = await caller.post('/auth/mfa/totp');
    const { body } = await caller.post('/auth/mfa/totp');
    expect(body.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(new URL(body.otpauthUrl).searchParams.get('secret')).toBe(body.secret);
    expect(decodeURIComponent(body.otpauthUrl)).toContain(email);
    expect((await signIn(email)).body).toHaveProperty('accessToken');
    const former = await caller.post('/auth/mfa/totp/confirm', { code: appOf(first.body.secret)() });
    expect(refused(former)).toEqual([401, 'invalid_credentials']);
    const { status, body: codes } = await caller.post('/auth/mfa/totp/confirm', { code: appOf(body.secret)() });
    expect(status).toBe(200);
    expect(new Set(codes.recoveryCodes).size).toBe(10);
    expect((await signIn(email)).body).not.toHaveProperty('accessToken');
    expect(await side.audited()).toContain('mfa_enabled');
  });

  it('ends the sessions that the password alone opened, save the one that set it up', async () => {
    const { email, caller } = await somebody();
    const other = await side.visitor().post('/auth/login', { email, password });
    const { body } = await caller.post('/auth/mfa/totp');
    expect((await caller.post('/auth/mfa/totp/confirm', { code: appOf(body.secret)() })).status).toBe(200);
    expect((await caller.get('/auth/me')).status).toBe(200);
    expect((await bearing(other).get('/auth/me')).status).toBe(401);
    const { refreshToken } = other.body;
    expect((await side.visitor().post('/auth/refresh', { refreshToken })).body.code).toBe('token_invalid');
  });

  it('cannot be set up over one that is on, nor confirmed without a secret', async () => {
    const { caller, code } = await withMfa();
    expect(refused(await caller.post('/auth/mfa/totp'))).toEqual([409, 'mfa_enabled']);
    expect(refused(await caller.post('/auth/mfa/totp/confirm', { code: code() }))).toEqual([409, 'mfa_enabled']);
    const other = await somebody();
    expect(refused(await other.caller.post('/auth/mfa/totp/confirm', { code: '123456' }))).toEqual([404, 'not_found']);
  });

  it('is demanded after the right password, and opens the session by a code', async () => {
    const { email, code } = await withMfa();
    const answer = await verify(await challenge(email), code());
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ tokenType: 'Bearer', refreshToken: expect.any(String) });
    expect((await bearing(answer).get('/auth/me')).status).toBe(200);
    expect((await side.visitor().post('/auth/login', { email, password: `${password}x` })).status).toBe(401);
  });

  it('opens a browser’s session by a cookie', async () => {
    const { email, code } = await withMfa();
    const browser = side.visitor().with({ 'x-session': 'cookie' });
    const asked = await browser.post('/auth/login', { email, password });
    expect([asked.body.mfaRequired, asked.headers.getSetCookie()]).toEqual([true, []]);
    const answer = await verify(asked.body.mfaToken, code(), browser);
    expect(answer.body).not.toHaveProperty('refreshToken');
    expect(answer.headers.getSetCookie()).toHaveLength(1);
  });

  it('takes each code once, whoever shows it', async () => {
    const { email, code } = await withMfa();
    const used = code();
    const [one, other] = [await challenge(email), await challenge(email)];
    const answers = await Promise.all([verify(one, used), verify(other, used)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(refused(await verify(await challenge(email), used))).toEqual([401, 'invalid_credentials']);
    expect((await verify(await challenge(email), code(1))).status).toBe(200);
    expect(refused(await verify(await challenge(email), code()))).toEqual([401, 'invalid_credentials']);
  });

  it('takes the code with which it was set up no second time', async () => {
    const { email, caller } = await somebody();
    const { body } = await caller.post('/auth/mfa/totp');
    const code = appOf(body.secret)();
    await caller.post('/auth/mfa/totp/confirm', { code });
    expect(refused(await verify(await challenge(email), code))).toEqual([401, 'invalid_credentials']);
  });

  it('takes each recovery code once, in capitals or without hyphens too', async () => {
    const { email, recoveryCodes } = await withMfa();
    const [first = '', second = ''] = recoveryCodes;
    expect((await verify(await challenge(email), first)).status).toBe(200);
    expect(refused(await verify(await challenge(email), first))).toEqual([401, 'invalid_credentials']);
    expect((await verify(await challenge(email), second.replaceAll('-', ' ').toUpperCase())).status).toBe(200);
    const theirs = await withMfa();
    expect(refused(await verify(await challenge(theirs.email), recoveryCodes[2] ?? ''))).toEqual([
      401,
      'invalid_credentials',
    ]);
  });

  it('allows five tries for a token, and then not even the right code', async () => {
    const { id, email, code } = await withMfa();
    const mfaToken = await challenge(email);
    for (let time = 0; time < 4; time++)
      expect(refused(await verify(mfaToken, '000000'))).toEqual([401, 'invalid_credentials']);
    const column = side.totp === 'UserTotp' ? 'userId' : 'operatorId';
    expect(await inDatabase(`SELECT "tries" FROM "${side.challenge}" WHERE "${column}" = $1`, [id])).toEqual([
      { tries: 4 },
    ]);
    await inDatabase(`UPDATE "${side.challenge}" SET "tries" = 5 WHERE "${column}" = $1`, [id]);
    expect(refused(await verify(mfaToken, code()))).toEqual([401, 'token_invalid']);
  });

  it('counts wrong codes as failed sign-ins, which a right password does not forgive', async () => {
    const { email, code } = await withMfa();
    for (let time = 0; time < 5; time++) {
      const answer = await verify(await challenge(email), '000000');
      expect(answer.status).toBe(401);
    }
    const held = await side.visitor().post('/auth/login', { email, password });
    expect([held.status, held.body.code, Number(held.headers.get('retry-after')) > 0]).toEqual([
      429,
      'rate_limited',
      true,
    ]);
    expect(code()).toMatch(/^\d{6}$/);
  });

  it('waits five minutes for a code, once, and not beyond the password that it followed', async () => {
    const { id, email, code, caller } = await withMfa();
    const column = side.totp === 'UserTotp' ? 'userId' : 'operatorId';
    const late = await challenge(email);
    await inDatabase(`UPDATE "${side.challenge}" SET "expiresAt" = now() WHERE "${column}" = $1`, [id]);
    expect(refused(await verify(late, code()))).toEqual([401, 'token_invalid']);
    const met = await challenge(email);
    expect((await verify(met, code())).status).toBe(200);
    await later(id);
    expect(refused(await verify(met, code()))).toEqual([401, 'token_invalid']);
    const before = await challenge(email);
    const next = `${password} and more`;
    expect((await caller.post('/auth/password', { currentPassword: password, newPassword: next })).status).toBe(204);
    expect(refused(await verify(before, code()))).toEqual([401, 'token_invalid']);
    expect(refused(await verify('hdm_nobody', code()))).toEqual([401, 'token_invalid']);
  });

  it('is demanded after an invitation that replaces a password, too', async () => {
    const { id, email, code } = await withMfa();
    const { body: invitation } = await side.boss().post(`${side.people}/${id}/invitation`);
    const next = 'another password of many words';
    const accepted = await side.visitor().post('/auth/invitations/accept', { token: invitation.token, password: next });
    expect(accepted.body).toMatchObject({ mfaRequired: true });
    const answer = await verify(accepted.body.mfaToken, code());
    expect([answer.status, answer.body.user.email]).toEqual([200, email]);
  });

  it('is turned off with the password', async () => {
    const { email, caller, recoveryCodes } = await withMfa();
    const mfaToken = await challenge(email);
    const off = (given: string) => caller.send('DELETE', '/auth/mfa/totp', { password: given });
    expect(refused(await off('not this one'))).toEqual([401, 'invalid_credentials']);
    expect((await off(password)).status).toBe(204);
    expect((await off(password)).status).toBe(204);
    expect((await signIn(email)).body).toHaveProperty('accessToken');
    expect(refused(await verify(mfaToken, recoveryCodes[0] ?? ''))).toEqual([401, 'token_invalid']);
    expect((await caller.post('/auth/mfa/totp')).status).toBe(200);
    expect(await side.audited()).toContain('mfa_disabled');
  });

  it('is turned off for somebody who lost it by those who may, and ends the sessions', async () => {
    const { id, email, caller } = await withMfa();
    const other = await somebody();
    expect((await other.caller.delete(`${side.people}/${id}/mfa`)).status).toBe(403);
    expect((await side.boss().delete(`${side.people}/${id}/mfa`)).status).toBe(204);
    expect((await side.boss().delete(`${side.people}/${id}/mfa`)).status).toBe(404);
    const { body: me } = await side.boss().get('/auth/me');
    expect((await side.boss().delete(`${side.people}/${me.id}/mfa`)).status).toBe(403);
    expect((await caller.get('/auth/me')).status).toBe(401);
    expect((await signIn(email)).body).toHaveProperty('accessToken');
    expect(await side.audited()).toContain('mfa_reset');
  });

  it('is kept encrypted, and its codes hashed', async () => {
    const { id, secret, recoveryCodes } = await withMfa();
    const mfaToken = await challenge((await withMfa()).email);
    const rows = JSON.stringify([
      ...(await inDatabase(`SELECT t::text FROM "${side.totp}" t`)),
      ...(await inDatabase(`SELECT t::text FROM "${side.challenge}" t`)),
      ...(await inDatabase(
        `SELECT t::text FROM "${side.totp === 'UserTotp' ? 'RecoveryCode' : 'OperatorRecoveryCode'}" t`,
      )),
    ]);
    expect(rows).toContain(id);
    for (const told of [secret, recoveryCodes[0] ?? '', mfaToken]) expect(rows).not.toContain(told);
  });

  it.each([
    ['verify', { mfaToken: 'x' }, 'code'],
    ['verify', { code: '123456' }, 'mfaToken'],
    ['verify', { mfaToken: 'x', code: 123456 }, 'code'],
    ['totp/confirm', {}, 'code'],
  ])('refuses %s with %j', async (route, body, field) => {
    const { caller } = await somebody();
    const answer = await caller.post(`/auth/mfa/${route}`, body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, field]);
  });
});
