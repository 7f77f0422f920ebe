import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@helpdeskly/service';
import { Api, asAdmin, sharedSystem, until, type Caller, type System } from '@helpdeskly/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAppApi } from 'app-api';
import { formOf } from './files.js';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { bearing, inDatabase, invited, password, refusal } from './people.js';
import { Listener } from './streaming.js';

const allScopes = ['tickets:read', 'tickets:write', 'users:read', 'users:write', 'mail:inbound', 'webhooks:write'];

let system: System;
let desk: Helpdesk;
/** Another process of the app API, which logs everything. */
let second: NestFastifyApplication;
let there: Api;
let log = '';

beforeAll(async () => {
  system = await sharedSystem();
  const lines = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  second = await createAppApi(system.installation.appConfig(), createLogger('app-api', 'trace', lines));
  await second.listen(0, '127.0.0.1');
  there = await Api.at(await second.getUrl());
});
beforeEach(async () => {
  desk = await openHelpdesk(system);
});
afterAll(() => second?.close());

interface Made extends Caller {
  readonly id: string;
  readonly key: string;
  readonly userId: string;
}

async function keyOf(fields: object = {}): Promise<Made> {
  const wanted = { name: 'Robot', role: 'ADMIN', scopes: allScopes, ...fields };
  const { status, body } = await desk.admin.post('/api-keys', wanted);
  if (status !== 201) throw new Error(`no key was made: ${JSON.stringify(body)}`);
  return { ...bearing(desk.tenant.visitor, body.key), id: body.id, key: body.key, userId: body.userId };
}

const listed = async (): Promise<any[]> => (await desk.admin.get('/api-keys')).body.data;
const auditOf = async (type: string): Promise<any[]> => (await desk.admin.get(`/audit-events?type=${type}`)).body.data;

/** What the OpenAPI document says of the routes that need a token. */
async function closedRoutes(): Promise<{ method: string; path: string; scope: string | null | undefined }[]> {
  const { paths } = (await (await fetch(`${system.app.origin}/docs/openapi.json`)).json()) as any;
  return Object.entries<any>(paths).flatMap(([path, item]) =>
    Object.entries<any>(item)
      .filter(([, operation]) => operation['x-access'] !== 'public')
      .map(([method, operation]) => ({
        method: method.toUpperCase(),
        path: path.replace(/\{\w+\}/g, '01a1fac5-30c5-7dac-ac30-a758dbba7229'),
        scope: operation['x-scope'],
      })),
  );
}

describe('making a key', () => {
  it('shows the key once, and never again', async () => {
    const { status, body, headers } = await desk.admin.post('/api-keys', {
      name: ' Robot ',
      role: 'AGENT',
      scopes: ['tickets:write', 'tickets:read', 'tickets:read'],
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      key: expect.stringMatching(/^hdt_[A-Za-z0-9_-]{51}$/),
      name: 'Robot',
      role: 'AGENT',
      scopes: ['tickets:read', 'tickets:write'],
      hint: body.key.slice(0, 12),
      userId: expect.any(String),
      createdById: desk.admin.id,
      createdAt: expect.any(String),
      expiresAt: null,
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(headers.get('location')).toBe(`/api/v1/api-keys/${body.id}`);
    const { key, ...rest } = body;
    expect((await desk.admin.get(`/api-keys/${body.id}`)).body).toEqual(rest);
    expect(await listed()).toEqual([rest]);
    expect(JSON.stringify(await inDatabase(desk.tenant, 'SELECT k::text FROM "ApiKey" k'))).not.toContain(key);
  });

  it.each([
    ['name', { name: ' ' }],
    ['role', { role: 'CUSTOMER' }],
    ['scopes', { scopes: [] }],
    ['scopes', { scopes: ['tickets:delete'] }],
    ['expiresAt', { expiresAt: '2020-01-01T00:00:00.000Z' }],
    ['key', { key: 'hdt_mine' }],
  ])('with a wrong %s is 400: %j', async (field, wrong) => {
    const { status, body } = await desk.admin.post('/api-keys', {
      name: 'x',
      role: 'AGENT',
      scopes: ['tickets:read'],
      ...wrong,
    });
    expect([status, body.errors[0].field]).toEqual([400, field]);
    expect(await listed()).toEqual([]);
  });

  it('is for ADMINs, with a token and not with a key', async () => {
    const { id, ...key } = await keyOf();
    for (const caller of [desk.agent, desk.customer, key]) {
      expect(refusal(await caller.post('/api-keys', { name: 'x', role: 'AGENT', scopes: allScopes }))).toEqual([
        403,
        'forbidden',
      ]);
      expect((await caller.get('/api-keys')).status).toBe(403);
      expect((await caller.delete(`/api-keys/${id}`)).status).toBe(403);
    }
    expect(await listed()).toHaveLength(1);
  });

  it('once under an Idempotency-Key answers the same key', async () => {
    const again = () =>
      desk.admin.post(
        '/api-keys',
        { name: 'x', role: 'AGENT', scopes: ['tickets:read'] },
        { headers: { 'idempotency-key': 'one key' } },
      );
    const [first, replay] = [await again(), await again()];
    expect(replay.body).toEqual(first.body);
    expect(await listed()).toHaveLength(1);
    const stored = await inDatabase(desk.tenant, 'SELECT k::text FROM "IdempotencyKey" k');
    expect(JSON.stringify(stored)).not.toContain(first.body.key);
  });

  it('stops at 100 keys that are not revoked', async () => {
    const { id } = await keyOf();
    await inDatabase(
      desk.tenant,
      `WITH u AS (INSERT INTO "User" ("email", "emailKey", "name", "role", "service")
                  SELECT n, n, n, 'AGENT', true FROM generate_series(1, 99) n RETURNING "id")
       INSERT INTO "ApiKey" ("userId", "createdById", "scopes", "keyHash", "hint")
       SELECT "id", $1::uuid, '{tickets:read}', uuid_send("id"), 'hdt_' FROM u`,
      [desk.admin.id],
    );
    const more = () => desk.admin.post('/api-keys', { name: 'x', role: 'AGENT', scopes: ['tickets:read'] });
    expect(refusal(await more())).toEqual([409, 'limit_reached']);
    await desk.admin.delete(`/api-keys/${id}`);
    expect((await more()).status).toBe(201);
  });
});

describe('a scope', () => {
  it('is named, or refused, by every route that needs a token', async () => {
    const unsaid = (await closedRoutes()).filter(({ scope }) => scope === undefined);
    expect(unsaid).toEqual([]);
  });

  it.each(allScopes)('%s opens its routes and no other', async (scope) => {
    const key = await keyOf({ scopes: [scope] });
    for (const { method, path, scope: needed } of await closedRoutes()) {
      // Refused before validation, or let in and then refused by it: nothing is changed either way.
      const takesFile = /\/(?:attachments|imports)$/.test(path);
      const wrong = method === 'GET' ? undefined : takesFile ? formOf('x') : { wrong: 1 };
      const type = path.endsWith('/inbound-mail') ? { 'content-type': 'message/rfc822' } : undefined;
      const { status, body } = await key.send(method, `${path}?wrong=1`, wrong, { headers: type ?? {} });
      const code = needed === scope ? [400, 'validation_failed'] : [403, 'forbidden'];
      expect([method, path, status, body.code]).toEqual([method, path, ...code]);
    }
  });

  it('gives no right that the role does not have', async () => {
    const key = await keyOf({ role: 'AGENT' });
    const { id } = await openTicket(desk.customer);
    expect((await key.get(`/tickets/${id}`)).status).toBe(200);
    expect(refusal(await key.delete(`/tickets/${id}`))).toEqual([403, 'forbidden']);
    expect(refusal(await key.delete(`/users/${desk.stranger.id}`))).toEqual([403, 'forbidden']);
  });

  it('never reaches an account of staff: no role, no invitation, no address', async () => {
    const key = await keyOf();
    const { id } = await invited(desk.admin, 'new@agent.example', { role: 'AGENT' });
    for (const change of [{ role: 'ADMIN' }, { email: 'mine@example.test' }, { status: 'ACTIVE' }])
      expect(refusal(await key.patch(`/users/${id}`, change))).toEqual([403, 'forbidden']);
    expect((await key.patch(`/users/${desk.customer.id}`, { role: 'AGENT' })).status).toBe(403);
    expect((await key.post(`/users/${id}/invitation`)).status).toBe(403);
    expect((await key.post('/users', { email: 'a@b.example', name: 'A', role: 'ADMIN' })).status).toBe(403);
    expect(refusal(await key.post(`/users/${id}/anonymize`))).toEqual([403, 'forbidden']);
    expect((await key.patch(`/users/${id}`, { name: 'Renamed' })).status).toBe(200);
    expect((await key.post('/users', { email: 'a@b.example', name: 'A', role: 'CUSTOMER' })).status).toBe(201);
  });
});

describe('a bearer of a key', () => {
  it('is 401 with a key that is expired, revoked, of another tenant, or none', async () => {
    const other = await openHelpdesk(system);
    const key = await keyOf({ expiresAt: new Date(Date.now() + 60_000).toISOString() });
    expect((await key.get('/tickets')).status).toBe(200);
    const forged = [
      `${key.key.slice(0, -1)}${key.key.endsWith('A') ? 'B' : 'A'}`,
      'hdt_',
      'hdt_x',
      `hdt_${'x'.repeat(51)}`,
    ];
    for (const caller of [
      bearing(other.tenant.visitor, key.key),
      ...forged.map((one) => bearing(desk.tenant.visitor, one)),
    ]) {
      const answer = await caller.get('/tickets');
      expect([...refusal(answer), answer.headers.get('www-authenticate')]).toEqual([401, 'token_invalid', 'Bearer']);
    }
    await inDatabase(desk.tenant, `UPDATE "ApiKey" SET "expiresAt" = now()`);
    await until(async () => (await key.get('/tickets')).status === 401);
  });

  it('with a checksum that is wrong costs no query of the database', async () => {
    const key = await keyOf();
    expect((await key.get('/tickets')).status).toBe(200);
    await asAdmin((admin) => admin.query(`ALTER DATABASE "${desk.tenant.databaseName}" ALLOW_CONNECTIONS false`));
    try {
      await asAdmin((admin) =>
        admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
          desk.tenant.databaseName,
        ]),
      );
      await until(async () => (await key.get('/tickets')).status === 503);
      const forged = bearing(desk.tenant.visitor, `${key.key.slice(0, -2)}__`);
      expect(refusal(await forged.get('/tickets'))).toEqual([401, 'token_invalid']);
    } finally {
      await asAdmin((admin) => admin.query(`ALTER DATABASE "${desk.tenant.databaseName}" ALLOW_CONNECTIONS true`));
    }
  });

  it('is ended within a second on every process by a revocation, and so are its streams', async () => {
    const key = await keyOf({ scopes: ['tickets:read'] });
    const elsewhere = there.as(key.headers);
    expect((await elsewhere.get('/tickets')).status).toBe(200);
    const listener = await Listener.open(there.origin, key);
    expect((await desk.admin.delete(`/api-keys/${key.id}`)).status).toBe(204);
    expect(refusal(await key.get('/tickets'))).toEqual([401, 'token_invalid']);
    await sleep(1000);
    expect(refusal(await elsewhere.get('/tickets'))).toEqual([401, 'token_invalid']);
    await until(() => listener.ended);
    expect((await desk.admin.delete(`/api-keys/${key.id}`)).status).toBe(204);
    expect(await auditOf('API_KEY_REVOKED')).toHaveLength(1);
    expect((await listed())[0].revokedAt).not.toBeNull();
  });

  it('hears by a stream of what its role sees', async () => {
    const key = await keyOf({ role: 'AGENT', scopes: ['tickets:read'] });
    const listener = await Listener.of(system, key);
    const { id } = await openTicket(desk.customer);
    await until(() => listener.events.some(({ data }) => data.ticketId === id));
    listener.hang();
  });

  it('is not asked for a second factor that staff must have', async () => {
    const key = await keyOf();
    expect((await desk.admin.patch('/settings', { mfaRequired: 'STAFF' })).status).toBe(200);
    expect((await key.get('/tickets')).status).toBe(200);
  });

  it('has an Idempotency-Key of its own', async () => {
    const [one, other] = [await keyOf(), await keyOf()];
    const headers = { 'idempotency-key': 'the same' };
    const open = (caller: Caller) => caller.post('/tickets', { title: 'x', description: 'y' }, { headers });
    const first = await open(one);
    expect((await open(one)).headers.get('idempotency-replayed')).toBe('true');
    const another = await open(other);
    expect([another.status, another.body.id === first.body.id]).toEqual([201, false]);
  });

  it('is told when the key was used last', async () => {
    const key = await keyOf();
    await key.get('/tickets');
    expect((await listed())[0].lastUsedAt).toEqual(expect.any(String));
  });

  it('leaves no key in a log, of a request or a failure', async () => {
    const key = await keyOf();
    const elsewhere = there.as(key.headers);
    await elsewhere.get('/tickets');
    await there.as({ ...key.headers, authorization: `Bearer ${key.key}x` }).get('/tickets');
    await there.as(desk.admin.headers).post('/api-keys', { name: 'x', role: 'AGENT', scopes: ['tickets:read'] });
    await until(() => log.includes('"/api/v1/api-keys"'));
    expect(log).toContain(key.userId);
    expect(log).not.toMatch(/hdt_/);
  });
});

describe('a service user', () => {
  it('is in no list, and no account', async () => {
    const { userId } = await keyOf({ name: 'Robot Unlisted' });
    for (const query of ['', '?q=Robot', '?status=disabled', '?role=admin', '?include=total'])
      expect((await desk.admin.get(`/users${query}`)).body.data.map(({ id }: any) => id)).not.toContain(userId);
    const { total } = (await desk.admin.get('/users?include=total&limit=100')).body.meta;
    expect(total).toBe(4);
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { status: 'ACTIVE' }],
      ['DELETE', '', undefined],
      ['POST', '/invitation', undefined],
      ['POST', '/anonymize', {}],
      ['POST', '/export', undefined],
      ['POST', '/merge', { intoId: desk.customer.id }],
      ['DELETE', '/mfa', undefined],
    ] as const)
      expect([method, path, (await desk.admin.send(method, `/users/${userId}${path}`, body)).status]).toEqual([
        method,
        path,
        404,
      ]);
  });

  it('cannot sign in', async () => {
    const { userId } = await keyOf();
    const [{ email }] = await inDatabase(desk.tenant, 'SELECT "email" FROM "User" WHERE "id" = $1', [userId]);
    const answer = await desk.tenant.visitor.post('/auth/login', { email, password });
    expect(refusal(answer)).toEqual([401, 'invalid_credentials']);
  });

  it('counts as no admin', async () => {
    await keyOf({ role: 'ADMIN' });
    expect(refusal(await desk.admin.delete(`/users/${desk.admin.id}`))).toEqual([409, 'last_admin']);
    expect(refusal(await desk.admin.patch(`/users/${desk.admin.id}`, { role: 'AGENT' }))).toEqual([409, 'last_admin']);
  });

  it('has no tickets, follows none, and is in no group or organization', async () => {
    const { userId, ...key } = await keyOf();
    const { id } = await openTicket(desk.customer);
    for (const caller of [desk.admin, key])
      expect(refusal(await caller.patch(`/tickets/${id}`, { assignedToId: userId }))).toEqual([
        422,
        'invalid_reference',
      ]);
    expect(refusal(await desk.admin.post('/tickets', { title: 'x', description: 'y', authorId: userId }))).toEqual([
      422,
      'invalid_reference',
    ]);
    expect((await desk.admin.put(`/tickets/${id}/participants/${userId}`)).status).toBe(422);
    const group = (await desk.admin.post('/groups', { name: 'Team' })).body;
    expect((await desk.admin.put(`/groups/${group.id}/members/${userId}`)).status).toBe(422);
  });

  it('is named as the author of what the key writes, and gets no ticket that it resolves', async () => {
    const key = await keyOf({ name: 'Robot', role: 'AGENT' });
    const { id } = await openTicket(key, { authorId: desk.customer.id });
    const { body: resolved } = await key.patch(`/tickets/${id}`, { status: 'RESOLVED' });
    expect(resolved).toMatchObject({ status: 'RESOLVED', assignedTo: null, submittedById: key.userId });
    const opened = await openTicket(key, { status: 'RESOLVED' });
    expect(opened).toMatchObject({ assignedTo: null, author: { id: key.userId, name: 'Robot', role: 'AGENT' } });
    const comment = await reply(key, id, { body: 'Done by a program.' });
    expect(comment.author).toMatchObject({ id: key.userId, name: 'Robot', role: 'AGENT' });
    expect((await desk.customer.get(`/tickets/${id}/comments`)).body.data[0].author.name).toBe('Robot');
    expect((await desk.admin.get(`/tickets/${id}`)).body.firstRespondedAt).toBe(comment.createdAt);
  });

  it('is told apart in the audit trail, which tells of keys made and revoked', async () => {
    const key = await keyOf({ scopes: ['users:write'] });
    await key.post('/users', { email: 'a@b.example', name: 'A', role: 'CUSTOMER' });
    expect((await auditOf('USER_CREATED'))[0].actor).toEqual({ type: 'API_KEY', id: key.userId, name: 'Robot' });
    const [made] = await auditOf('API_KEY_CREATED');
    expect(made).toMatchObject({
      actor: { type: 'USER', id: desk.admin.id },
      details: { id: key.id, name: 'Robot', role: 'ADMIN', scopes: ['users:write'] },
    });
    expect(JSON.stringify(made)).not.toContain(key.key.slice(12));
  });

  it('does the work of a bulk run that a key asked for', async () => {
    const key = await keyOf({ scopes: ['tickets:read', 'tickets:write'] });
    const { id } = await openTicket(desk.customer);
    const answer = await key.post('/tickets/bulk', { ids: [id], changes: { status: 'RESOLVED' } });
    expect(answer.body.results).toMatchObject([{ id, status: 200, ticket: { assignedTo: null } }]);
  });
});
