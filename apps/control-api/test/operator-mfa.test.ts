import { Installation, owner as ownerAccount, type Answer, type Caller } from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { newSlug, RunningControlApi } from './control-client.js';

const password = 'a password of many words';

let installation: Installation;
let open: RunningControlApi;
let strict: RunningControlApi;
let owner: Caller;

beforeAll(async () => {
  installation = await Installation.create({ inheritsTemplate: true });
  open = await RunningControlApi.start(installation.controlConfig(), { workers: false });
  const demanding = installation.controlConfig({ OPERATOR_MFA_REQUIRED: 'true' });
  strict = await RunningControlApi.start(demanding, { workers: false });
  owner = await open.asOwner();
});

afterAll(async () => {
  await strict.stop();
  await open.stop();
  await installation.remove();
});

async function newOperator(role = 'OPERATOR'): Promise<{ email: string; caller: Caller; login: Answer }> {
  const email = `${newSlug('o')}@example.test`;
  expect((await owner.post('/operators', { email, name: 'Olga', role, password })).status).toBe(201);
  const login = await open.anonymous().post('/auth/login', { email, password });
  return { email, login, caller: open.with(login.body.accessToken) };
}

/** Turns it on, and forgets which code was used for that: tests do not wait for the next one. */
async function setUp(caller: Caller): Promise<() => string> {
  const { body } = await caller.post('/auth/mfa/totp');
  const code = () => new TOTP({ secret: Secret.fromBase32(body.secret) }).generate();
  expect((await caller.post('/auth/mfa/totp/confirm', { code: code() })).status).toBe(200);
  await installation.query('UPDATE "OperatorTotp" SET "lastStep" = 0');
  return code;
}

async function signIn(api: RunningControlApi, email: string, code: () => string): Promise<Caller> {
  const { body } = await api.anonymous().post('/auth/login', { email, password });
  await installation.query('UPDATE "OperatorTotp" SET "lastStep" = 0');
  const answer = await api.anonymous().post('/auth/mfa/verify', { mfaToken: body.mfaToken, code: code() });
  expect(answer.status).toBe(200);
  return api.with(answer.body.accessToken);
}

describe('a wrong code while it is set up', () => {
  it('is refused and told by the audit trail, without the code', async () => {
    const { email, caller } = await newOperator();
    await caller.post('/auth/mfa/totp');
    expect((await caller.post('/auth/mfa/totp/confirm', { code: '000000' })).status).toBe(401);
    const { data } = (await owner.get('/audit-events?limit=5')).body;
    const failure = data.find(({ action }: any) => action === 'operator.sign_in_failed');
    expect(failure).toMatchObject({ details: { at: 'MFA_SETUP', times: 1, email } });
    expect(JSON.stringify(data)).not.toContain('000000');
  });
});

describe('an installation that demands a second factor of its operators', () => {
  it('lets those without one sign in, set it up and sign out, and nothing else', async () => {
    const { email } = await newOperator();
    const { body } = await strict.anonymous().post('/auth/login', { email, password });
    const caller = strict.with(body.accessToken);
    for (const path of ['/tenants', '/audit-events'])
      expect([path, (await caller.get(path)).body.code]).toEqual([path, 'mfa_setup_required']);
    for (const path of ['/tenants', '/queues/session'])
      expect([path, (await caller.post(path, { wrong: 1 })).body.code]).toEqual([path, 'mfa_setup_required']);
    expect((await caller.get('/auth/me')).status).toBe(200);
    expect((await caller.get('/auth/sessions')).status).toBe(200);
    await setUp(caller);
    expect((await caller.get('/tenants')).status).toBe(200);
    expect((await caller.send('DELETE', '/auth/mfa/totp', { password })).status).toBe(204);
    expect((await caller.get('/tenants')).body.code).toBe('mfa_setup_required');
    expect((await caller.post('/auth/logout')).status).toBe(204);
  });

  it('demands none of programs', async () => {
    const { body } = await owner.post('/api-keys', { name: 'a program', role: 'VIEWER' });
    expect((await strict.with(body.key).get('/tenants')).status).toBe(200);
  });

  it('lets no password alone open its queue board', async () => {
    const { email } = await newOperator();
    const authorization = `Basic ${btoa(`${email}:${password}`)}`;
    const board = (api: RunningControlApi) => fetch(`${api.origin}/queues/api/queues`, { headers: { authorization } });
    expect((await board(open)).status).toBe(200);
    const answer = await board(strict);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'mfa_setup_required']);
  });
});

describe('the queue board, for an operator with a second factor', () => {
  const board = (path: string, headers: Record<string, string>, method = 'GET') =>
    fetch(`${open.origin}/queues${path}`, { method, headers });
  const openBoard = (caller: Caller) => caller.post('/queues/session');
  const cookieOf = (answer: Answer) => (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';

  it('is opened by POST /queues/session for five minutes, not by a password', async () => {
    const { email, caller } = await newOperator();
    const code = await setUp(caller);
    const byPassword = { authorization: `Basic ${btoa(`${email}:${password}`)}` };
    expect((await board('/api/queues', byPassword)).status).toBe(403);
    const signedIn = await signIn(open, email, code);
    const opened = await openBoard(signedIn);
    expect(opened.status).toBe(204);
    expect(opened.headers.getSetCookie()[0]?.split('; ').slice(1)).toEqual([
      'Max-Age=300',
      'Path=/queues',
      'HttpOnly',
      'SameSite=Strict',
    ]);
    const cookie = cookieOf(opened);
    expect((await board('/api/queues', { cookie })).status).toBe(200);
    const change = (headers: Record<string, string>) =>
      board('/api/queues/provisioning/pause', { cookie, ...headers }, 'PUT');
    expect((await change({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await change({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await signedIn.post('/auth/logout')).status).toBe(204);
    expect((await board('/api/queues', { cookie })).status).toBe(401);
  });

  it('is closed to a cookie whose operator must set up another one', async () => {
    const { caller, login } = await newOperator();
    await setUp(caller);
    const opened = await strict.with(login.body.accessToken).post('/queues/session');
    const cookie = cookieOf(opened);
    const look = () => fetch(`${strict.origin}/queues/api/queues`, { headers: { cookie } });
    expect((await look()).status).toBe(200);
    expect((await caller.send('DELETE', '/auth/mfa/totp', { password })).status).toBe(204);
    expect((await look()).status).toBe(401);
  });

  it('is not opened by strangers, API keys or a cookie that was made up', async () => {
    const { body: key } = await owner.post('/api-keys', { name: 'a program', role: 'OWNER' });
    const stranger = await openBoard(open.anonymous());
    expect([stranger.status, stranger.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const program = await openBoard(open.with(key.key));
    expect([program.status, program.body.code]).toEqual([403, 'forbidden']);
    const sealed = cookieOf(await openBoard((await newOperator('VIEWER')).caller));
    for (const cookie of ['helpdeskly_queues=x', `${sealed}x`, sealed.replace('v1.', 'v2.'), 'helpdeskly_queues='])
      expect([cookie, (await board('/api/queues', { cookie })).status]).toEqual([cookie, 401]);
    expect((await board('/api/queues', { cookie: sealed })).status).toBe(200);
    const change = { cookie: sealed, 'sec-fetch-site': 'same-origin' };
    expect((await board('/api/queues/provisioning/pause', change, 'PUT')).status).toBe(403);
  });
});

describe('an owner who lost everything', () => {
  it('gets in without a second factor after the reset on the host', async () => {
    const { resetOwner } = await import('../src/operators/owner-reset.js');
    const { ControlDatabase } = await import('@helpdeskly/catalog');
    const { Passwords } = await import('@helpdeskly/auth');
    const { email, caller } = await newOperator('OWNER');
    await setUp(caller);
    const control = new ControlDatabase(installation.controlConfig().controlDatabaseUrl, { max: 1 });
    await resetOwner(control, new Passwords(), { email, password });
    await control.close();
    expect((await caller.get('/auth/me')).status).toBe(401);
    const { body } = await open.anonymous().post('/auth/login', { email, password });
    expect(body).toHaveProperty('accessToken');
    expect(body.user.email).not.toBe(ownerAccount.email);
  });
});
