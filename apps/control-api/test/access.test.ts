import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Installation, owner as ownerAccount, type Caller } from '@helpdeskly/testing';
import { Passwords } from '@helpdeskly/auth';
import { newSlug, RunningControlApi, tenantInput } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;
let operator: Caller;
let viewer: Caller;

const password = 'a password of theirs';

beforeAll(async () => {
  installation = await Installation.create({ inheritsTemplate: true });
  api = await RunningControlApi.start(installation.controlConfig());
  owner = await api.asOwner();
  [operator, viewer] = await Promise.all([signInNew('OPERATOR'), signInNew('VIEWER')]);
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

async function addOperator(role: string, status = 'ACTIVE'): Promise<string> {
  const email = `${newSlug(role.toLowerCase())}@Example.test`;
  await installation.query(
    `INSERT INTO "Operator" ("email", "emailKey", "name", "passwordHash", "role", "status") VALUES ($1, lower($1), 'Olga', $2, $3::"OperatorRole", $4::"OperatorStatus")`,
    [email, await new Passwords().hash(password), role, status],
  );
  return email;
}

async function signInNew(role: string): Promise<Caller> {
  const { body } = await api.anonymous().post('/auth/login', { email: await addOperator(role), password });
  return api.with(body.accessToken);
}

describe('signing in', () => {
  it('gives an access token and a refresh token', async () => {
    const { status, body } = await api
      .anonymous()
      .post('/auth/login', { ...ownerAccount, email: 'OWNER@example.test' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      tokenType: 'Bearer',
      expiresIn: 900,
      user: { email: ownerAccount.email, role: 'OWNER' },
    });
    expect((await api.with(body.accessToken).get('/auth/me')).body).toMatchObject({
      kind: 'OPERATOR',
      email: ownerAccount.email,
      role: 'OWNER',
    });
  });

  it.each([
    ['a wrong password', async () => ({ email: ownerAccount.email, password: 'wrong' })],
    ['an unknown email', async () => ({ email: 'nobody@example.test', password })],
    ['a disabled operator', async () => ({ email: await addOperator('OWNER', 'DISABLED'), password })],
  ])('refuses %s alike', async (_, credentials) => {
    const { status, headers, body } = await api.anonymous().post('/auth/login', await credentials());
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(body).toMatchObject({ code: 'invalid_credentials', detail: 'The email or the password is wrong.' });
  });

  it('refuses the sixth failure within a minute, however they are sent', async () => {
    const email = await addOperator('VIEWER');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.anonymous().post('/auth/login', { email, password: 'wrong' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const { status, headers } = await api.anonymous().post('/auth/login', { email: email.toUpperCase(), password });
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('slows down guesses from many addresses, and lets an operator in who signed in from theirs', async () => {
    const behindProxy = await RunningControlApi.start(installation.controlConfig({ TRUSTED_PROXIES: '127.0.0.1' }));
    try {
      const email = await addOperator('VIEWER');
      const from = (address: string, tried = password) =>
        behindProxy.anonymous().with({ 'x-forwarded-for': address }).post('/auth/login', { email, password: tried });
      expect((await from('198.51.100.1')).status).toBe(200);
      const statuses: number[] = [];
      for (let n = 2; n < 8; n++) statuses.push((await from(`198.51.100.${n}`, 'wrong')).status);
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
      expect((await from('198.51.100.9')).status).toBe(429);
      expect((await from('198.51.100.1')).status).toBe(200);
    } finally {
      await behindProxy.stop();
    }
  });

  it('tells the audit trail of failed sign-ins, without what was typed', async () => {
    const email = await addOperator('VIEWER');
    await api.anonymous().post('/auth/login', { email, password: 'not the password' });
    await api.anonymous().post('/auth/login', { email: 'typed-by-mistake@x.test', password: 'not the password' });
    const { data } = (await owner.get('/audit-events?limit=20')).body;
    const failures = data.filter(({ action }: any) => action === 'operator.sign_in_failed');
    expect(failures[0]).toMatchObject({
      actor: { type: 'SYSTEM', id: null },
      address: '127.0.0.1',
      details: { at: 'SIGN_IN' },
    });
    expect(failures[0].details).not.toHaveProperty('email');
    expect(failures[1].details).toMatchObject({ email, times: 1 });
    expect(JSON.stringify(data)).not.toMatch(/not the password|typed-by-mistake/);
  });

  it('tells the audit trail of refused API keys, without the keys', async () => {
    const { key, id } = (await owner.post('/api-keys', { name: 'ends soon', role: 'VIEWER' })).body;
    await owner.delete(`/api-keys/${id}`);
    const unknown = `hdk_${'x'.repeat(43)}`;
    for (const shown of [key, unknown]) expect((await api.with(shown).get('/auth/me')).status).toBe(401);
    const { data } = (await owner.get('/audit-events?limit=20')).body;
    const refused = data.filter(({ action }: any) => action === 'api_key.refused').map(({ details }: any) => details);
    expect(refused).toEqual(
      expect.arrayContaining([
        { reason: 'REVOKED', times: 1, id, name: 'ends soon' },
        expect.objectContaining({ reason: 'UNKNOWN' }),
      ]),
    );
    expect(JSON.stringify(data)).not.toMatch(new RegExp(`${key.slice(0, 16)}|${unknown.slice(0, 16)}`));
  });

  it('exchanges a refresh token once, and ends the session of one shown again', async () => {
    const email = await addOperator('VIEWER');
    const { body: first } = await api.anonymous().post('/auth/login', { email, password });
    const { status, body: second } = await api.anonymous().post('/auth/refresh', { refreshToken: first.refreshToken });
    expect(status).toBe(200);
    const replayed = await api.anonymous().post('/auth/refresh', { refreshToken: first.refreshToken });
    expect(replayed.status).toBe(401);
    expect(replayed.body.code).toBe('refresh_token_reused');
    expect((await api.with(second.accessToken).get('/auth/me')).status).toBe(401);
    expect((await api.anonymous().post('/auth/refresh', { refreshToken: second.refreshToken })).status).toBe(401);
  });

  it('ends a session at once by logout', async () => {
    const { body } = await api.anonymous().post('/auth/login', { email: await addOperator('VIEWER'), password });
    const caller = api.with(body.accessToken);
    expect((await caller.post('/auth/logout')).status).toBe(204);
    const { status, body: problem } = await caller.get('/auth/me');
    expect(status).toBe(401);
    expect(problem.code).toBe('token_invalid');
  });

  it('ends the other sessions when the password changes', async () => {
    const email = await addOperator('VIEWER');
    const { body: here } = await api.anonymous().post('/auth/login', { email, password });
    const { body: there } = await api.anonymous().post('/auth/login', { email, password });
    const caller = api.with(here.accessToken);
    expect(
      (await caller.post('/auth/password', { currentPassword: 'wrong', newPassword: 'another long password' })).status,
    ).toBe(401);
    expect(
      (await caller.post('/auth/password', { currentPassword: password, newPassword: 'another long password' })).status,
    ).toBe(204);
    expect((await caller.get('/auth/me')).status).toBe(200);
    expect((await api.with(there.accessToken).get('/auth/me')).status).toBe(401);
    expect((await api.anonymous().post('/auth/login', { email, password: 'another long password' })).status).toBe(200);
  });

  it('locks a disabled operator out at once', async () => {
    const email = await addOperator('OWNER');
    const { body } = await api.anonymous().post('/auth/login', { email, password });
    await installation.query(`UPDATE "Operator" SET "status" = 'DISABLED' WHERE "emailKey" = lower($1)`, [email]);
    expect((await api.with(body.accessToken).get('/auth/me')).status).toBe(401);
    expect((await api.anonymous().post('/auth/refresh', { refreshToken: body.refreshToken })).status).toBe(401);
  });

  it.each(['', 'x', 'a.b.c', 'hdk_', 'hdk_unknown', 'eyJhbGciOiJub25lIn0.e30.'])(
    'takes the credential "%s" for nothing',
    async (credential) => {
      const { status, body } = await api.with(credential).get('/tenants');
      expect(status).toBe(401);
      expect(body.code).toBe('token_invalid');
    },
  );
});

describe('roles', () => {
  it('let a VIEWER read, and nothing else', async () => {
    for (const path of ['/tenants', '/database-servers', '/audit-events', '/auth/me']) {
      expect((await viewer.get(path)).status).toBe(200);
    }
    for (const [path, body] of [
      ['/tenants', tenantInput(newSlug())],
      ['/tenants/x/suspend', {}],
      ['/tenants/x/admin-invitation', {}],
    ] as const) {
      const { status, body: problem } = await viewer.post(path, body);
      expect(status).toBe(403);
      expect(problem.code).toBe('forbidden');
    }
    expect((await viewer.patch('/tenants/x', { name: 'x' })).status).toBe(403);
    expect((await viewer.get('/api-keys')).status).toBe(403);
  });

  it('let an OPERATOR do all but keys', async () => {
    expect((await operator.post('/tenants', tenantInput(newSlug()))).status).toBe(202);
    expect((await operator.get('/api-keys')).status).toBe(403);
    expect((await operator.post('/api-keys', { name: 'x', role: 'VIEWER' })).status).toBe(403);
  });

  it('are judged before the body is', async () => {
    expect((await viewer.post('/tenants', { wrong: true })).status).toBe(403);
    expect((await api.anonymous().post('/tenants', { wrong: true })).status).toBe(401);
  });
});

describe('API keys', () => {
  it('work at once, are shown once and kept as hashes', async () => {
    const { status, headers, body } = await owner.post('/api-keys', { name: 'deploy', role: 'OPERATOR' });
    expect(status).toBe(201);
    expect(body.key).toMatch(/^hdk_[A-Za-z0-9_-]{43}$/);
    expect(headers.get('location')).toBe(`/api/v1/api-keys/${body.id}`);
    const { status: read, body: again } = await owner.get(`/api-keys/${body.id}`);
    expect(read).toBe(200);
    expect(again).not.toHaveProperty('key');
    const rows = await installation.query<{ row: string }>('SELECT k::text AS row FROM "ApiKey" k WHERE "id" = $1', [
      body.id,
    ]);
    expect(rows[0]?.row).not.toContain(body.key);
    expect((await api.with(body.key).get('/tenants')).status).toBe(200);
    expect((await api.with(body.key).get('/auth/me')).body).toEqual({
      kind: 'API_KEY',
      id: body.id,
      email: null,
      name: 'deploy',
      role: 'OPERATOR',
    });
  });

  it('have the role that they were given', async () => {
    const { body } = await owner.post('/api-keys', { name: 'watch', role: 'VIEWER' });
    expect((await api.with(body.key).post('/tenants', tenantInput(newSlug()))).status).toBe(403);
  });

  it('say when they were last used', async () => {
    const { body } = await owner.post('/api-keys', { name: 'used', role: 'VIEWER' });
    expect(body.lastUsedAt).toBeNull();
    await api.with(body.key).get('/tenants');
    expect((await owner.get(`/api-keys/${body.id}`)).body.lastUsedAt).toEqual(expect.any(String));
  });

  it('end when they are revoked', async () => {
    const { body } = await owner.post('/api-keys', { name: 'gone', role: 'OWNER' });
    expect((await owner.delete(`/api-keys/${body.id}`)).status).toBe(204);
    expect((await owner.delete(`/api-keys/${body.id}`)).status).toBe(204);
    expect((await api.with(body.key).get('/tenants')).status).toBe(401);
    expect((await owner.get(`/api-keys/${body.id}`)).body.revokedAt).toEqual(expect.any(String));
  });

  it('end at their time', async () => {
    const { body } = await owner.post('/api-keys', {
      name: 'short',
      role: 'VIEWER',
      expiresAt: new Date(Date.now() + 60_000).toISOString(),
    });
    expect((await api.with(body.key).get('/tenants')).status).toBe(200);
    await installation.query(`UPDATE "ApiKey" SET "expiresAt" = now() - interval '1 second' WHERE "id" = $1`, [
      body.id,
    ]);
    expect((await api.with(body.key).get('/tenants')).status).toBe(401);
  });

  it.each([
    ['role', { name: 'x', role: 'ROOT' }],
    ['name', { name: '', role: 'VIEWER' }],
    ['expiresAt', { name: 'x', role: 'VIEWER', expiresAt: '2001-01-01T00:00:00Z' }],
    ['expiresAt', { name: 'x', role: 'VIEWER', expiresAt: 'tomorrow' }],
    ['key', { name: 'x', role: 'VIEWER', key: 'hdk_mine' }],
  ])('refuse a wrong %s', async (field, input) => {
    const { status, body } = await owner.post('/api-keys', input);
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ field })]);
  });

  it('have neither a session nor a password', async () => {
    const { body } = await owner.post('/api-keys', { name: 'program', role: 'OWNER' });
    expect((await api.with(body.key).post('/auth/logout')).status).toBe(403);
  });

  it('replay the key itself to the same Idempotency-Key', async () => {
    const once = { headers: { 'idempotency-key': newSlug('key') } };
    const first = await owner.post('/api-keys', { name: 'once', role: 'VIEWER' }, once);
    const second = await owner.post('/api-keys', { name: 'once', role: 'VIEWER' }, once);
    expect(second.body).toEqual(first.body);
    expect(JSON.stringify(await installation.query('SELECT * FROM "IdempotencyKey"'))).not.toContain(first.body.key);
  });
});

describe('the audit trail', () => {
  it('says who did what, when, from where', async () => {
    const { body: key } = await owner.post('/api-keys', { name: 'robot', role: 'OPERATOR' });
    const slug = newSlug();
    const { headers } = await api
      .with(key.key)
      .post('/tenants', tenantInput(slug), { headers: { 'x-request-id': 'my-request.1' } });
    expect(headers.get('x-request-id')).toBe('my-request.1');
    const { body } = await viewer.get('/audit-events?limit=100');
    expect(body.data.find((event: { tenantSlug: string }) => event.tenantSlug === slug)).toMatchObject({
      action: 'tenant.created',
      actor: { type: 'API_KEY', id: key.id, name: 'robot' },
      address: '127.0.0.1',
      requestId: 'my-request.1',
    });
  });

  it.each([
    ['deleted', 'DELETE FROM "audit"."AuditEvent"'],
    ['changed', `UPDATE "audit"."AuditEvent" SET "action" = 'x'`],
    ['truncated', 'TRUNCATE "audit"."AuditEvent"'],
    [
      'replaced',
      `INSERT INTO "audit"."AuditEvent" ("id", "action", "actorType")
       SELECT "id", 'x', "actorType" FROM "audit"."AuditEvent" LIMIT 1 ON CONFLICT ("id") DO UPDATE SET "action" = 'x'`,
    ],
    [
      'merged',
      'MERGE INTO "audit"."AuditEvent" a USING "audit"."AuditEvent" b ON a."id" = b."id" WHEN MATCHED THEN DELETE',
    ],
  ])('cannot be %s, also not as a replica would', async (_how, sql) => {
    await expect(installation.query(sql)).rejects.toMatchObject({ code: '23001' });
    const asReplica = `SET session_replication_role = replica; ${sql}`;
    await expect(installation.query(asReplica)).rejects.toMatchObject({ code: '23001' });
  });

  it('is open to no role but the control plane’s own, and its lock to no other role either', async () => {
    const others = await installation.query(
      `SELECT grantee, privilege_type FROM information_schema.table_privileges
        WHERE table_schema = 'audit' AND table_name = 'AuditEvent' AND grantee <> current_user`,
    );
    expect(others).toEqual([]);
    const triggers = await installation.query(
      `SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'audit."AuditEvent"'::regclass`,
    );
    expect(triggers).toEqual([{ tgname: 'AuditEvent_append_only', tgenabled: 'A' }]);
  });
});

describe('operators who sign in at once', () => {
  it('with the right password are all let in, more of them than wrong guesses would be', async () => {
    const email = await addOperator('VIEWER');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.anonymous().post('/auth/login', { email, password })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  });
});

describe('database servers', () => {
  it('never show their admin URL', async () => {
    const { body } = await viewer.get('/database-servers');
    expect(body.data).toHaveLength(1);
    const [server] = body.data;
    expect(Object.keys(server).sort()).toEqual([
      'createdAt',
      'host',
      'id',
      'maxTenants',
      'name',
      'poolerAddress',
      'port',
      'state',
      'tenants',
      'updatedAt',
      'version',
    ]);
    const poolerAddress = installation.servers?.pgbouncer.address ?? null;
    expect(server).toMatchObject({ name: 'default', state: 'ACTIVE', poolerAddress });
    expect((await viewer.get(`/database-servers/${server.id}`)).body).toMatchObject({ id: server.id });
    expect((await viewer.get('/database-servers/none')).status).toBe(404);
  });
});
