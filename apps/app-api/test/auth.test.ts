import { setTimeout as sleep } from 'node:timers/promises';
import { startSystem, type System, type TestTenant } from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, jwtVerify, UnsecuredJWT } from 'jose';
import { bearing, inDatabase, invited, password, refusal } from './people.js';

let system: System;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  system = await startSystem({ app: { TRUSTED_PROXIES: '127.0.0.1' } });
  [acme, globex] = await Promise.all([system.createTenant(), system.createTenant()]);
});
afterAll(() => system?.close());

let addresses = 0;
/** Somebody at an address of their own, so that no test is throttled for the guesses of another. */
const visitor = (tenant = acme) => tenant.visitor.with({ 'x-forwarded-for': `203.0.113.${++addresses}` });

describe('signing in', () => {
  it('answers with both tokens, their lifetimes and the user', async () => {
    const { status, body } = await visitor().post('/auth/login', { email: acme.admin.email, password });
    expect(status).toBe(200);
    expect(body).toEqual({
      tokenType: 'Bearer',
      accessToken: expect.any(String),
      expiresIn: 900,
      refreshToken: expect.any(String),
      refreshExpiresIn: 30 * 24 * 3600,
      user: {
        id: acme.admin.id,
        email: acme.admin.email,
        name: 'Ada Admin',
        role: 'ADMIN',
        status: 'ACTIVE',
        organizationId: null,
        addresses: [],
        mergedIntoId: null,
        away: false,
        awayUntil: null,
        locale: null,
        timeZone: null,
        version: 1,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    });
  });

  it('takes the email in any case, and with spaces around it', async () => {
    const { status } = await visitor().post('/auth/login', { email: ` ${acme.admin.email.toUpperCase()} `, password });
    expect(status).toBe(200);
  });

  it('takes the password as it was typed', async () => {
    for (const typed of [` ${password}`, `${password} `, password.toUpperCase()]) {
      const answer = await visitor().post('/auth/login', { email: acme.admin.email, password: typed });
      expect(refusal(answer)).toEqual([401, 'invalid_credentials']);
    }
  });

  it('is refused in the same words whoever it is', async () => {
    const [asked, gone] = ['asked@acme.example', 'gone@acme.example'];
    await invited(acme.admin, asked);
    const { id } = await invited(acme.admin, gone, { password });
    await acme.admin.delete(`/users/${id}`);
    const tries = [
      [acme.admin.email, 'a wrong password'],
      ['nobody@acme.example', password],
      [asked, password],
      [gone, password],
      [globex.admin.email, password],
    ];
    const answers = [];
    for (const [email, tried] of tries) answers.push(await visitor().post('/auth/login', { email, password: tried }));
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect({ ...answer.body, requestId: '' }).toEqual({ ...answers[0]?.body, requestId: '' });
    }
    expect(answers[0]?.body.code).toBe('invalid_credentials');
  });

  it.each([
    ['email', { password }],
    ['email', { email: 'not an email', password }],
    ['password', { email: 'ada@acme.example' }],
    ['password', { email: 'ada@acme.example', password: '' }],
  ])('names the %s that is missing or malformed', async (field, body) => {
    const answer = await visitor().post('/auth/login', body);
    expect(refusal(answer)).toEqual([400, 'validation_failed']);
    expect(answer.body.errors).toMatchObject([{ field }]);
  });

  it('ignores an Idempotency-Key', async () => {
    const options = { headers: { 'idempotency-key': 'same' } };
    const login = () => visitor().post('/auth/login', { email: acme.admin.email, password }, options);
    const [first, second] = [await login(), await login()];
    expect(second.headers.get('idempotency-replayed')).toBeNull();
    expect(second.body.refreshToken).not.toBe(first.body.refreshToken);
  });
});

describe('guessing passwords', () => {
  const guess = (from: ReturnType<typeof visitor>, email: string, tried = 'a wrong password') =>
    from.post('/auth/login', { email, password: tried });

  it.each(['known', 'unknown'])('is throttled after five times, for %s accounts alike', async (kind) => {
    const email = kind === 'known' ? (await acme.user('AGENT')).email : 'nobody-at-all@acme.example';
    const guesser = visitor();
    for (let i = 0; i < 5; i++) expect(refusal(await guess(guesser, email))).toEqual([401, 'invalid_credentials']);
    const throttled = await guess(guesser, email.toUpperCase(), password);
    expect(refusal(throttled)).toEqual([429, 'rate_limited']);
    expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('locks nobody out who signed in from elsewhere before', async () => {
    const { email } = await acme.user('AGENT'); // Signed in from the loopback address.
    const guesser = visitor();
    for (let i = 0; i < 6; i++) await guess(guesser, email);
    expect((await guess(acme.visitor, email, password)).status).toBe(200);
  });

  it.each(['known', 'unknown'])('from many addresses is slowed down, for %s accounts alike', async (kind) => {
    const email = kind === 'known' ? (await acme.user('AGENT')).email : 'nobody-knows@acme.example';
    const answers = [];
    for (let i = 0; i < 7; i++) answers.push(await guess(visitor(), email));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect(answers[5]?.headers.get('retry-after')).toBe('1');
    await sleep(1000);
    expect((await guess(visitor(), email)).status).toBe(401);
    const refused = await guess(visitor(), email);
    expect([refusal(refused), refused.headers.get('retry-after')]).toEqual([[429, 'rate_limited'], '2']);
  });

  it('is remembered by address for each account, hashed', async () => {
    const [one, two] = [await acme.user('AGENT'), await acme.user('AGENT')];
    const rows = await inDatabase(
      acme,
      `SELECT "addressHash", "lastSignedInAt" > now() - interval '1 hour' AS "recent" FROM "KnownAddress" WHERE "userId" IN ($1, $2)`,
      [one.id, two.id],
    );
    expect(rows.map(({ recent }) => recent)).toEqual([true, true]);
    expect(rows[0].addressHash).not.toEqual(rows[1].addressHash);
    await inDatabase(
      acme,
      `UPDATE "KnownAddress" SET "lastSignedInAt" = now() - interval '91 days' WHERE "userId" = $1`,
      [one.id],
    );
    const afterFailures = async ({ email }: { email: string }) => {
      for (let i = 0; i < 5; i++) await guess(visitor(), email);
      return (await guess(acme.visitor, email, password)).status; // At once: the account waits for one second.
    };
    expect([await afterFailures(one), await afterFailures(two)]).toEqual([429, 200]);
  });

  it('leaves the same email of another tenant alone', async () => {
    const email = 'both@everywhere.example';
    await invited(globex.admin, email, { password });
    const guesser = visitor();
    for (let i = 0; i < 6; i++) await guess(guesser, email);
    const elsewhere = guesser.with({ 'x-tenant-slug': globex.slug });
    expect((await guess(elsewhere, email, password)).status).toBe(200);
  });

  it('does not count good passwords', async () => {
    const { email } = await acme.user('AGENT');
    const user = visitor();
    for (let i = 0; i < 7; i++) expect((await guess(user, email, password)).status).toBe(200);
  });

  it('does not count good passwords that are tried at once', async () => {
    const { email } = await acme.user('AGENT');
    const user = visitor();
    for (let i = 0; i < 4; i++) await guess(user, email);
    const answers = await Promise.all(Array.from({ length: 8 }, () => guess(user, email, password)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect((await guess(user, email)).status).toBe(401);
    expect((await guess(user, email)).status).toBe(429);
  });

  it('is throttled also when all guesses are made at once', async () => {
    const { email } = await acme.user('AGENT');
    const guesser = visitor();
    const answers = await Promise.all(Array.from({ length: 9 }, () => guess(guesser, email)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(4);
  });

  it('is throttled for all accounts together after a hundred times from one address', async () => {
    const guesser = visitor();
    const guesses = Array.from({ length: 101 }, (_, i) => guess(guesser, `guess-${i}@acme.example`));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(100);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  });
});

describe('an access token', () => {
  it('names its issuer, its tenant as the audience, the user and the role', () => {
    expect(decodeJwt(acme.admin.accessToken)).toMatchObject({
      iss: 'helpdeskly',
      aud: acme.id,
      sub: acme.admin.id,
      role: 'ADMIN',
    });
  });

  it('can be verified by the public keys, which need no tenant', async () => {
    const { status, body } = await system.app.as().get('/.well-known/jwks.json');
    expect(status).toBe(200);
    const keys = createLocalJWKSet(body);
    const verified = await jwtVerify(acme.admin.accessToken, keys, { issuer: 'helpdeskly', audience: acme.id });
    expect(verified.protectedHeader.alg).toBe('RS256');
    for (const key of body.keys) expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it('says who is signed in', async () => {
    const { status, body, headers } = await acme.admin.get('/auth/me');
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: acme.admin.id, email: acme.admin.email, role: 'ADMIN' });
    expect(headers.get('etag')).toBe(`"${body.version}"`);
  });

  it('is worth nothing in another tenant', async () => {
    const answer = await bearing(globex.visitor, acme.admin.accessToken).get('/auth/me');
    expect(refusal(answer)).toEqual([401, 'token_invalid']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it("is worth nothing in the control API, nor is an operator's here", async () => {
    const there = system.control.as({ authorization: `Bearer ${acme.admin.accessToken}` });
    expect(refusal(await there.get('/auth/me'))).toEqual([401, 'token_invalid']);
    const here = acme.visitor.with({ authorization: system.operator.headers.authorization ?? '' });
    expect(refusal(await here.get('/auth/me'))).toEqual([401, 'token_invalid']);
  });

  it('is wanted on every route that is not public', async () => {
    for (const authorization of [
      '',
      'Bearer',
      'Bearer ',
      'Basic YTpi',
      `Bearer ${acme.admin.accessToken} x`,
      'Bearer ü',
    ]) {
      const caller =
        authorization === '' ? acme.visitor : acme.visitor.with({ authorization: encodeURI(authorization) });
      expect(refusal(await caller.get('/auth/me'))).toEqual([401, 'token_invalid']);
    }
  });

  it('cannot be made by hand', async () => {
    const { sid } = decodeJwt(acme.admin.accessToken);
    const [header, payload, signature] = acme.admin.accessToken.split('.');
    const claims = { iss: 'helpdeskly', aud: acme.id, sub: acme.admin.id, role: 'ADMIN', sid };
    const unsigned = new UnsecuredJWT(claims).setExpirationTime('5m').encode();
    for (const forged of [
      unsigned,
      `${header}.${payload}.`,
      `${header}.${payload}.${signature?.slice(0, -4)}AAAA`,
      `${header}.${payload}`,
    ]) {
      expect(refusal(await bearing(acme.visitor, forged).get('/auth/me'))).toEqual([401, 'token_invalid']);
    }
  });

  it('is taken whatever the case of its scheme', async () => {
    const caller = acme.visitor.with({ authorization: `bearer ${acme.admin.accessToken}` });
    expect((await caller.get('/auth/me')).status).toBe(200);
  });

  it('is asked for before a body is looked at', async () => {
    const answer = await acme.visitor.post('/auth/password', '{ not json');
    expect(refusal(answer)).toEqual([401, 'token_invalid']);
  });
});

describe('changing the own password', () => {
  const next = 'another password of words';

  it('makes the new one good and the old one worthless', async () => {
    const { email, ...user } = await acme.user('CUSTOMER');
    const answer = await user.post('/auth/password', { currentPassword: password, newPassword: next });
    expect(answer.status).toBe(204);
    const login = (tried: string) => visitor().post('/auth/login', { email, password: tried });
    expect(refusal(await login(password))).toEqual([401, 'invalid_credentials']);
    expect((await login(next)).status).toBe(200);
  });

  it('ends the other sessions, and not this one', async () => {
    const user = await acme.user('AGENT');
    const elsewhere = await acme.signIn(user.email);
    await user.post('/auth/password', { currentPassword: password, newPassword: next });
    expect(refusal(await elsewhere.get('/auth/me'))).toEqual([401, 'token_invalid']);
    const refreshed = await acme.visitor.post('/auth/refresh', { refreshToken: elsewhere.refreshToken });
    expect(refusal(refreshed)).toEqual([401, 'token_invalid']);
    expect((await user.get('/auth/me')).status).toBe(200);
  });

  it('wants the present one, and changes nothing without it', async () => {
    const user = await acme.user('AGENT');
    const answer = await user.post('/auth/password', { currentPassword: 'a wrong password', newPassword: next });
    expect(refusal(answer)).toEqual([401, 'invalid_credentials']);
    expect((await user.get('/auth/me')).status).toBe(200);
    await acme.signIn(user.email, password);
  });

  it('is throttled like signing in', async () => {
    const user = (await acme.user('AGENT')).with({ 'x-forwarded-for': '198.51.100.7' });
    const change = (currentPassword: string) => user.post('/auth/password', { currentPassword, newPassword: next });
    for (let i = 0; i < 5; i++) expect((await change('a wrong password')).status).toBe(401);
    expect(refusal(await change(password))).toEqual([429, 'rate_limited']);
  });

  it.each([
    ['too_short', 'x'.repeat(11)],
    ['too_long', 'x'.repeat(129)],
    ['too_short', '🙂'.repeat(11)],
    ['not_text', 123456789012],
  ])('refuses one that is %s', async (code, newPassword) => {
    const answer = await acme.admin.post('/auth/password', { currentPassword: password, newPassword });
    expect(refusal(answer)).toEqual([400, 'validation_failed']);
    expect(answer.body.errors).toMatchObject([{ field: 'newPassword', code }]);
  });

  it('withdraws an invitation to reset it', async () => {
    const user = await acme.user('AGENT');
    const { body } = await acme.admin.post(`/users/${user.id}/invitation`);
    await user.post('/auth/password', { currentPassword: password, newPassword: next });
    const accepted = await acme.visitor.post('/auth/invitations/accept', { token: body.token, password });
    expect(refusal(accepted)).toEqual([401, 'token_invalid']);
  });

  it('lets no session live that was opened with the old one meanwhile', async () => {
    for (let round = 0; round < 4; round++) {
      const user = await acme.user('AGENT');
      const login = () => visitor().post('/auth/login', { email: user.email, password });
      const change = user.post('/auth/password', { currentPassword: password, newPassword: next });
      const logins = await Promise.all([login(), login(), login(), change.then(() => login())]);
      for (const { status, body } of logins) {
        if (status !== 200) continue;
        expect(refusal(await bearing(acme.visitor, body.accessToken).get('/auth/me'))).toEqual([401, 'token_invalid']);
      }
      expect(logins[3]?.status).toBe(401);
    }
  });

  it('is done once when it is asked for twice at once', async () => {
    const user = await acme.user('AGENT');
    const change = (newPassword: string) => user.post('/auth/password', { currentPassword: password, newPassword });
    const statuses = (await Promise.all([change(`${next} 1`), change(`${next} 2`)])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([204, 401]);
  });
});
