import { setTimeout as sleep } from 'node:timers/promises';
import { Api, startSystem, type Caller, type System, type TestTenant } from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAppApi } from 'app-api';
import { bearing, inDatabase, password, refusal } from './people.js';

type User = TestTenant['admin'];

let system: System;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  system = await startSystem();
  [acme, globex] = await Promise.all([system.createTenant(), system.createTenant()]);
});
afterAll(() => system?.close());

const refresh = (refreshToken: string, tenant = acme) => tenant.visitor.post('/auth/refresh', { refreshToken });
const isSignedIn = async (caller: Caller) => (await caller.get('/auth/me')).status === 200;

/** A session goes on by its next refresh token. */
async function refreshed(refreshToken: string): Promise<{ refreshToken: string; caller: Caller; body: any }> {
  const { status, body } = await refresh(refreshToken);
  expect(status).toBe(200);
  return { body, refreshToken: body.refreshToken, caller: bearing(acme.visitor, body.accessToken) };
}

describe('a refresh token', () => {
  it('is exchanged for new tokens of the same user', async () => {
    const user = await acme.user('AGENT');
    const { body, caller } = await refreshed(user.refreshToken);
    expect(body).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, user: { id: user.id, role: 'AGENT' } });
    expect(body.refreshToken).not.toBe(user.refreshToken);
    expect(body.refreshExpiresIn).toBeLessThanOrEqual(30 * 24 * 3600);
    expect(await isSignedIn(caller)).toBe(true);
    expect(await isSignedIn(user)).toBe(true);
  });

  it('carries the role that the user has by now', async () => {
    const user = await acme.user('AGENT');
    await acme.admin.patch(`/users/${user.id}`, { role: 'ADMIN', name: 'Promoted' });
    const { body } = await refreshed(user.refreshToken);
    expect(body.user).toMatchObject({ role: 'ADMIN', name: 'Promoted' });
  });

  it('ends its whole session when it is shown again', async () => {
    const user = await acme.user('AGENT');
    const elsewhere = await acme.signIn(user.email);
    const next = await refreshed(user.refreshToken);
    expect(await isSignedIn(next.caller)).toBe(true);
    expect(refusal(await refresh(user.refreshToken))).toEqual([401, 'refresh_token_reused']);
    expect(await isSignedIn(next.caller)).toBe(false);
    expect(await isSignedIn(user)).toBe(false);
    expect(refusal(await refresh(next.refreshToken))).toEqual([401, 'token_invalid']);
    expect(await isSignedIn(elsewhere)).toBe(true);
  });

  it('is exchanged once when it is shown many times at once', async () => {
    const user = await acme.user('AGENT');
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(user.refreshToken)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'refresh_token_reused')).toHaveLength(7);
    expect(await isSignedIn(user)).toBe(false);
  });

  it('is worth nothing in another tenant, and keeps its worth in its own', async () => {
    const user = await acme.user('AGENT');
    expect(refusal(await refresh(user.refreshToken, globex))).toEqual([401, 'token_invalid']);
    expect((await refresh(user.refreshToken)).status).toBe(200);
  });

  it('is no access token, nor the other way round', async () => {
    const user = await acme.user('AGENT');
    expect(refusal(await refresh(user.accessToken))).toEqual([401, 'token_invalid']);
    expect(refusal(await bearing(acme.visitor, user.refreshToken).get('/auth/me'))).toEqual([401, 'token_invalid']);
  });

  it.each([
    ['24 hours without use', `"lastUsedAt" = now() - interval '24 hours 1 second'`],
    ['30 days', `"expiresAt" = now() - interval '1 second'`],
  ])('ends by %s', async (_, change) => {
    const user = await acme.user('AGENT');
    await inDatabase(acme, `UPDATE "Session" SET ${change} WHERE "userId" = $1`, [user.id]);
    expect(refusal(await refresh(user.refreshToken))).toEqual([401, 'token_invalid']);
  });

  it('is not kept as it is', async () => {
    const user = await acme.user('AGENT');
    const rows = await inDatabase(
      acme,
      'SELECT s::text, t::text FROM "Session" s JOIN "RefreshToken" t ON s."id" = t."sessionId"',
    );
    expect(JSON.stringify(rows)).not.toContain(user.refreshToken.slice(4));
  });
});

describe('signing out', () => {
  it('ends this session and no other', async () => {
    const user = await acme.user('AGENT');
    const elsewhere = await acme.signIn(user.email);
    expect((await user.post('/auth/logout')).status).toBe(204);
    expect(refusal(await user.get('/auth/me'))).toEqual([401, 'token_invalid']);
    expect(refusal(await refresh(user.refreshToken))).toEqual([401, 'token_invalid']);
    expect(await isSignedIn(elsewhere)).toBe(true);
  });

  it('is done once', async () => {
    const user = await acme.user('AGENT');
    await user.post('/auth/logout');
    expect(refusal(await user.post('/auth/logout'))).toEqual([401, 'token_invalid']);
  });

  it('ends every access token of the session', async () => {
    const user = await acme.user('AGENT');
    const { caller } = await refreshed(user.refreshToken);
    await caller.post('/auth/logout');
    expect(await isSignedIn(user)).toBe(false);
  });
});

/** What an admin or the user does, and what the user may do from then on. */
const changes: readonly (readonly [string, (user: User) => Promise<unknown>, (user: Caller) => Promise<boolean>])[] = [
  ['signing out', (user) => user.post('/auth/logout'), async (user) => !(await isSignedIn(user))],
  ['disabling', (user) => acme.admin.delete(`/users/${user.id}`), async (user) => !(await isSignedIn(user))],
  [
    'a new role',
    (user) => acme.admin.patch(`/users/${user.id}`, { role: 'CUSTOMER' }),
    async (user) => (await user.get('/users')).status === 403,
  ],
  [
    'a new password',
    async ({ email }) => {
      const elsewhere = await acme.signIn(email);
      await elsewhere.post('/auth/password', { currentPassword: password, newPassword: 'quite another password' });
    },
    async (user) => !(await isSignedIn(user)),
  ],
  [
    'a password by invitation',
    async ({ id }) => {
      const { body } = await acme.admin.post(`/users/${id}/invitation`);
      await acme.visitor.post('/auth/invitations/accept', { token: body.token, password: 'quite another password' });
    },
    async (user) => !(await isSignedIn(user)),
  ],
  [
    'a replayed refresh token',
    async ({ refreshToken }) => {
      await refresh(refreshToken);
      await refresh(refreshToken);
    },
    async (user) => !(await isSignedIn(user)),
  ],
];

describe.each(changes)('%s', (_, change, binds) => {
  it('binds at once in the process that did it', async () => {
    const user = await acme.user('AGENT');
    expect(await isSignedIn(user)).toBe(true);
    await change(user);
    expect(await binds(user)).toBe(true);
  });

  it('binds although the session is looked up by other requests meanwhile', async () => {
    const user = await acme.user('AGENT');
    let done = false;
    const others = Array.from({ length: 4 }, async () => {
      while (!done) await user.get('/auth/me');
    });
    try {
      await change(user);
      expect(await binds(user)).toBe(true);
    } finally {
      done = true;
    }
    await Promise.all(others);
    expect(await binds(user)).toBe(true);
  });
});

describe('in another process', () => {
  let second: NestFastifyApplication;
  let there: Api;

  beforeAll(async () => {
    second = await createAppApi(system.installation.appConfig());
    await second.listen(0, '127.0.0.1');
    there = await Api.at(await second.getUrl());
  });
  afterAll(() => second?.close());

  it.each(changes)('%s binds within a second', async (_, change, binds) => {
    const user = await acme.user('AGENT');
    const elsewhere = there.as(user.headers);
    expect(await isSignedIn(elsewhere)).toBe(true);
    await change(user);
    await sleep(1000);
    expect(await binds(elsewhere)).toBe(true);
  });

  it('a session is known as soon as it is opened', async () => {
    const user = await acme.user('CUSTOMER');
    expect(await isSignedIn(there.as(user.headers))).toBe(true);
  });
});
