import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Installation, owner as firstOwner, type Answer, type Caller } from '@helpdeskly/testing';
import { RunningControlApi } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;

beforeAll(async () => {
  installation = await Installation.create({ inheritsTemplate: true });
  api = await RunningControlApi.start(installation.controlConfig({ RATE_LIMIT_USER_PER_MINUTE: '0' }));
  owner = await api.asOwner();
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

const password = 'a password of many words';
let made = 0;
const newEmail = () => `operator-${++made}@example.test`;

async function create(role: string, more: object = {}): Promise<Record<string, any>> {
  const { status, body } = await owner.post('/operators', { email: newEmail(), name: 'Olga', role, password, ...more });
  expect([status, body.code]).toEqual([201, undefined]);
  return body;
}

const login = (email: string, withPassword = password): Promise<Answer> =>
  api.anonymous().post('/auth/login', { email, password: withPassword });

async function signedIn({ email }: Record<string, any>): Promise<Caller> {
  const { status, body } = await login(email);
  expect(status).toBe(200);
  return api.with(body.accessToken);
}

const accept = (token: string, withPassword = password) =>
  api.anonymous().post('/auth/invitations/accept', { token, password: withPassword });

describe('adding an operator', () => {
  it('with a password lets them sign in by their role', async () => {
    const { status, body, headers } = await owner.post('/operators', {
      email: ' Vera@Example.test ',
      name: 'Vera',
      role: 'VIEWER',
      password,
    });
    expect([status, headers.get('location')]).toEqual([201, `/api/v1/operators/${body.id}`]);
    expect(body).toMatchObject({
      email: 'Vera@Example.test',
      role: 'VIEWER',
      status: 'ACTIVE',
      version: 1,
      invitation: null,
    });
    expect(JSON.stringify(body)).not.toContain(password);
    const vera = await signedIn({ email: 'vera@example.test' });
    expect((await vera.get('/auth/me')).body).toMatchObject({ kind: 'OPERATOR', id: body.id, role: 'VIEWER' });
    expect((await vera.get('/tenants')).status).toBe(200);
    expect((await vera.post('/reconciliation/run')).status).toBe(403);
  });

  it('without a password invites them, who set it once and are signed in', async () => {
    const invited = await create('OPERATOR', { password: undefined });
    expect(invited).toMatchObject({ status: 'INVITED', invitation: { email: invited['email'] } });
    expect((await login(invited['email'])).status).toBe(401);
    const { status, body } = await accept(invited['invitation'].token);
    expect([status, body.user]).toMatchObject([200, { id: invited['id'], status: 'ACTIVE', role: 'OPERATOR' }]);
    expect((await api.with(body.accessToken).get('/auth/me')).body.id).toBe(invited['id']);
    expect((await login(invited['email'])).status).toBe(200);
    expect(await accept(invited['invitation'].token)).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
  });

  it('twice with one email, in whatever case, is answered 409', async () => {
    const { email } = await create('VIEWER');
    const again = { email: email.toUpperCase(), name: 'Again', role: 'OWNER' };
    expect(await owner.post('/operators', again)).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        owner.post('/operators', { email: 'race@example.test', name: 'R', role: 'VIEWER' }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  it('again with the same Idempotency-Key answers the same operator and invitation', async () => {
    const headers = { 'idempotency-key': 'operator-1' };
    const body = { email: newEmail(), name: 'Once', role: 'VIEWER' };
    const [first, second] = [
      await owner.post('/operators', body, { headers }),
      await owner.post('/operators', body, { headers }),
    ];
    expect(second.body).toEqual(first.body);
  });

  it.each<[string, object]>([
    ['email', { email: 'no address' }],
    ['name', { name: ' ' }],
    ['role', { role: 'ADMIN' }],
    ['password', { password: 'short' }],
    ['status', { status: 'ACTIVE' }],
  ])('with a wrong %s is answered 400', async (field, wrong) => {
    const input = { email: newEmail(), name: 'Olga', role: 'VIEWER', ...wrong };
    const { status, body } = await owner.post('/operators', input);
    expect([status, body.errors[0].field]).toEqual([400, field]);
  });
});

describe('operators', () => {
  it('are listed by name in the order of Unicode’s collation, regardless of case', async () => {
    const names = ['Zoe', 'anna', 'Ömer', 'Anton', 'émile'].map((name) => `${name} Sorted`);
    for (const [n, name] of names.entries())
      expect(
        (await owner.post('/operators', { name, email: `sorted-${n}@names.example`, role: 'VIEWER' })).status,
      ).toBe(201);
    const listed = async (query: string) =>
      (await owner.get(`/operators?q=sorted&${query}`)).body.data.map(({ name }: { name: string }) => name);
    const order = ['anna Sorted', 'Anton Sorted', 'émile Sorted', 'Ömer Sorted', 'Zoe Sorted'];
    expect(await listed('sort=name')).toEqual(order);
    expect(await listed('sort=-name')).toEqual(order.toReversed());
    const { body } = await owner.get('/operators?q=sorted&sort=name&limit=2');
    expect(await listed(`sort=name&limit=3&cursor=${body.meta.nextCursor}`)).toEqual(order.slice(2));
  });

  it('are listed and read, by role, status and a part of name or email', async () => {
    const one = await create('OPERATOR', { name: 'Findable Fiona' });
    expect((await owner.get(`/operators/${one['id']}`)).body).toMatchObject({ name: 'Findable Fiona' });
    const ids = async (query: string) =>
      (await owner.get(`/operators?${query}`)).body.data.map(({ id }: { id: string }) => id);
    expect(await ids('q=fiona')).toEqual([one['id']]);
    for (const wildcard of ['_', '%25']) expect(await ids(`q=${wildcard}`)).toEqual([]);
    expect(await ids('q=fiona&role=VIEWER')).toEqual([]);
    expect(await ids('q=fiona&status=ACTIVE&role=OPERATOR,OWNER')).toEqual([one['id']]);
    expect(JSON.stringify((await owner.get('/operators?limit=100')).body)).not.toMatch(/hash|argon/i);
    expect((await owner.get('/operators/01a1fac5-30c5-7dac-ac30-a758dbba7229')).status).toBe(404);
  });

  it.each(['OPERATOR', 'VIEWER'])('are nothing that an %s may see or change', async (role) => {
    const { id, ...rest } = await create(role);
    const caller = await signedIn(rest);
    const answers = [
      await caller.get('/operators'),
      await caller.get(`/operators/${id}`),
      await caller.post('/operators', { email: newEmail(), name: 'x', role: 'OWNER' }),
      await caller.patch(`/operators/${id}`, { role: 'OWNER' }),
      await caller.post(`/operators/${id}/invitation`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  });
});

describe('changing an operator', () => {
  it('binds at once: a role counts for the token that is there', async () => {
    const one = await create('OPERATOR');
    const caller = await signedIn(one);
    const { body } = await owner.patch(`/operators/${one['id']}`, { role: 'VIEWER', name: 'Demoted' });
    expect(body).toMatchObject({ role: 'VIEWER', name: 'Demoted', version: 2 });
    expect((await caller.post('/reconciliation/run')).status).toBe(403);
    const { data } = (await owner.get('/audit-events?limit=5')).body;
    expect(data[0]).toMatchObject({
      action: 'operator.updated',
      details: { id: one['id'], changes: { role: { from: 'OPERATOR', to: 'VIEWER' }, name: { to: 'Demoted' } } },
    });
  });

  it('that is DISABLED ends sessions, refresh tokens, invitations and API keys at once', async () => {
    const one = await create('OWNER');
    const session = (await login(one['email'])).body;
    const caller = api.with(session.accessToken);
    const { key } = (await caller.post('/api-keys', { name: 'made by one', role: 'OWNER' })).body;
    const { key: keyOfKey } = (await api.with(key).post('/api-keys', { name: 'made by the key', role: 'VIEWER' })).body;
    const { token } = (await owner.post(`/operators/${one['id']}/invitation`)).body;
    const { body } = await owner.patch(`/operators/${one['id']}`, { status: 'DISABLED' });
    expect(body.status).toBe('DISABLED');
    for (const credential of [session.accessToken, key, keyOfKey])
      expect((await api.with(credential).get('/auth/me')).status).toBe(401);
    const { refreshToken } = session;
    expect((await api.anonymous().post('/auth/refresh', { refreshToken })).status).toBe(401);
    expect((await login(one['email'])).status).toBe(401);
    expect((await accept(token)).status).toBe(401);
    expect(await owner.post(`/operators/${one['id']}/invitation`)).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition' },
    });
    expect((await owner.patch(`/operators/${one['id']}`, { status: 'ACTIVE' })).body.status).toBe('ACTIVE');
    expect((await login(one['email'])).status).toBe(200);
    expect((await api.with(key).get('/auth/me')).status).toBe(401);
  });

  it('to a lesser role ends the API keys that may do more than their maker, and no others', async () => {
    const one = await create('OWNER');
    const caller = await signedIn(one);
    const key = async (role: string) => (await caller.post('/api-keys', { name: role, role })).body.key as string;
    const keys = [await key('OWNER'), await key('OPERATOR'), await key('VIEWER')];
    await owner.patch(`/operators/${one['id']}`, { role: 'OPERATOR' });
    const answers = await Promise.all(keys.map((each) => api.with(each).get('/auth/me')));
    expect(answers.map(({ status }) => status)).toEqual([401, 200, 200]);
  });

  it('for another version than the present one is answered 412', async () => {
    const { id } = await create('VIEWER');
    await owner.patch(`/operators/${id}`, { name: 'A' }, { headers: { 'if-match': '"1"' } });
    const { status, body } = await owner.patch(`/operators/${id}`, { name: 'B' }, { headers: { 'if-match': '"1"' } });
    expect([status, body.code, body.currentVersion]).toEqual([412, 'version_conflict', 2]);
  });

  it('to what is there changes nothing', async () => {
    const { id, name } = await create('VIEWER');
    expect((await owner.patch(`/operators/${id}`, { name, role: 'VIEWER', status: 'ACTIVE' })).body.version).toBe(1);
  });

  it('cannot make somebody ACTIVE who never set a password', async () => {
    const { id } = await create('VIEWER', { password: undefined });
    expect(await owner.patch(`/operators/${id}`, { status: 'ACTIVE' })).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition', from: 'INVITED', allowed: ['DISABLED'] },
    });
    await owner.patch(`/operators/${id}`, { status: 'DISABLED' });
    expect((await owner.patch(`/operators/${id}`, { status: 'ACTIVE' })).body.status).toBe('INVITED');
  });
});

describe('an invitation', () => {
  it('replaces those before it, also for somebody who lost their password', async () => {
    const one = await create('VIEWER');
    const caller = await signedIn(one);
    const first = (await owner.post(`/operators/${one['id']}/invitation`)).body;
    const second = (await owner.post(`/operators/${one['id']}/invitation`)).body;
    expect((await accept(first.token)).status).toBe(401);
    expect((await accept(second.token, 'another password of mine')).status).toBe(200);
    expect((await caller.get('/auth/me')).status).toBe(401);
    expect((await login(one['email'])).status).toBe(401);
    expect((await login(one['email'], 'another password of mine')).status).toBe(200);
  });

  it('works once, however many take it at once', async () => {
    const { invitation } = await create('VIEWER', { password: undefined });
    const answers = await Promise.all(Array.from({ length: 6 }, () => accept(invitation.token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401]);
  });

  it('that is over is worth nothing', async () => {
    const { id, invitation } = await create('VIEWER', { password: undefined });
    await installation.query(`UPDATE "OperatorInvitation" SET "expiresAt" = now() WHERE "operatorId" = $1`, [id]);
    expect((await accept(invitation.token)).status).toBe(401);
  });

  it.each<[string, object]>([
    ['token', { password }],
    ['password', { token: 'x', password: 'short' }],
  ])('with a wrong %s is answered 400', async (field, input) => {
    const { status, body } = await api.anonymous().post('/auth/invitations/accept', input);
    expect([status, body.errors[0].field]).toEqual([400, field]);
  });
});

describe('the last OWNER', () => {
  const others = async (): Promise<string[]> =>
    (await owner.get('/operators?role=OWNER&status=ACTIVE&limit=100')).body.data
      .filter(({ email }: { email: string }) => email !== firstOwner.email)
      .map(({ id }: { id: string }) => id);

  it('can be neither demoted nor disabled, whoever is invited meanwhile', async () => {
    for (const id of await others()) await owner.patch(`/operators/${id}`, { status: 'DISABLED' });
    await create('OWNER', { password: undefined });
    const { id } = (await owner.get('/auth/me')).body;
    for (const change of [{ role: 'OPERATOR' }, { status: 'DISABLED' }])
      expect(await owner.patch(`/operators/${id}`, change)).toMatchObject({
        status: 409,
        body: { code: 'last_owner' },
      });
    expect((await owner.patch(`/operators/${id}`, { name: 'Owner' })).status).toBe(200);
  });

  it('stays when two demote each other at once, twenty times', async () => {
    const self = (await owner.get('/auth/me')).body.id;
    for (let round = 0; round < 20; round++) {
      const other = await create('OWNER');
      const caller = await signedIn(other);
      const answers = await Promise.all([
        owner.patch(`/operators/${other['id']}`, { role: 'VIEWER' }),
        caller.patch(`/operators/${self}`, { role: 'VIEWER' }),
      ]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const refused = answers.find(({ status }) => status !== 200);
      expect([refused?.status, refused?.body.code]).toEqual([403, 'forbidden']);
      const left = await installation.query(
        `SELECT "id" FROM "Operator" WHERE "role" = 'OWNER' AND "status" = 'ACTIVE'`,
      );
      expect(left).toHaveLength(1);
      if (answers[1]?.status === 200) {
        // The other one won: gives it back.
        expect((await caller.patch(`/operators/${self}`, { role: 'OWNER' })).status).toBe(200);
        expect((await owner.patch(`/operators/${other['id']}`, { role: 'VIEWER' })).status).toBe(200);
      }
    }
  });
});

describe('the first OWNER', () => {
  it('does not begin with a password that is easily guessed, and the start says why', async () => {
    const fresh = await Installation.create({ inheritsTemplate: true });
    const config = fresh.controlConfig({ BOOTSTRAP_OPERATOR_PASSWORD: 'Helpdeskly-123' });
    await expect(RunningControlApi.start(config)).rejects.toThrow(
      /BOOTSTRAP_OPERATOR_PASSWORD cannot be taken: .*guessed/,
    );
    await fresh.remove();
  });
});
