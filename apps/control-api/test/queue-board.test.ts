import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Installation, owner as ownerAccount, until, type Caller } from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;

beforeAll(async () => {
  installation = await Installation.create({ inheritsTemplate: true });
  // Nobody takes jobs, so that there are some to look at.
  api = await RunningControlApi.start(installation.controlConfig(), { workers: false });
  owner = await api.asOwner();
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

const basic = (email: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${email}:${password}`).toString('base64')}`,
});
const asOwner = basic(ownerAccount.email, ownerAccount.password);
const fromTheBoard = { 'sec-fetch-site': 'same-origin' };

async function call(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  const answer = await fetch(`${api.origin}/queues${path}`, { redirect: 'manual', ...options });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

const jobs = async () =>
  (await call('/api/queues?activeQueue=provisioning&status=waiting', { headers: asOwner })).body.queues.find(
    ({ name }: { name: string }) => name === 'provisioning',
  ).jobs as { id: string; data: { tenantId: string } }[];

/** Another operator, with a password of their own. */
async function operator(role: string): Promise<Record<string, string>> {
  const email = `${role.toLowerCase()}@example.test`;
  await installation.query(
    `INSERT INTO "Operator" ("email", "emailKey", "name", "role", "passwordHash")
     SELECT $1, $1, $1, $2::"OperatorRole", "passwordHash" FROM "Operator" WHERE "email" = $3
     ON CONFLICT DO NOTHING`,
    [email, role, ownerAccount.email],
  );
  return basic(email, ownerAccount.password);
}

describe('the queue board', () => {
  it('asks for an operator by HTTP Basic', async () => {
    for (const path of ['', '/', '/api/queues', '/queue/provisioning', '/static/favicon.ico']) {
      const { status, headers, body } = await call(path);
      expect([path, status, body.code]).toEqual([path, 401, 'token_invalid']);
      expect(headers.get('www-authenticate')).toMatch(/^Basic realm="/);
    }
  });

  it.each<[string, Record<string, string>]>([
    ['a wrong password', basic(ownerAccount.email, 'wrong')],
    ['an unknown email', basic('nobody@example.test', 'wrong')],
    ['no colon', { authorization: `Basic ${Buffer.from('nothing').toString('base64')}` }],
  ])('is closed to %s', async (_, headers) => {
    expect(await call('/api/queues', { headers })).toMatchObject({
      status: 401,
      body: { code: 'invalid_credentials' },
    });
  });

  it('is closed to tokens and API keys', async () => {
    const { body: key } = await owner.post('/api-keys', { name: 'a program', role: 'OWNER' });
    const { authorization } = owner.headers;
    for (const credential of [authorization ?? '', `Bearer ${key.key}`, `Basic ${key.key}`])
      expect((await call('/api/queues', { headers: { authorization: credential } })).status).toBe(401);
  });

  it('shows its page, which may load nothing from elsewhere and stand in no frame', async () => {
    expect((await call('', { headers: asOwner })).status).toBe(200);
    const { status, headers, text } = await call('/', { headers: asOwner });
    expect([status, text.includes('Helpdeskly')]).toEqual([200, true]);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    const [, script = ''] = /src="(static\/js\/main[^"]+)"/.exec(text) ?? [];
    expect((await call(`/${script}`, { headers: asOwner })).status).toBe(200);
  });

  it('shows the queues and the jobs that wait in them', async () => {
    const { body: tenant } = await owner.post('/tenants', tenantInput(newSlug()));
    const { body } = await call('/api/queues', { headers: asOwner });
    expect(body.queues.map(({ name }: { name: string }) => name).sort()).toEqual([
      'backups',
      'drift-checks',
      'lifecycle',
      'provisioning',
    ]);
    await until(async () => (await jobs()).some(({ data }) => data.tenantId === tenant.id));
  });

  it('lets a VIEWER read and change nothing', async () => {
    const viewer = await operator('VIEWER');
    expect((await call('/api/queues', { headers: viewer })).status).toBe(200);
    const change = { method: 'PUT', headers: { ...viewer, ...fromTheBoard } };
    expect(await call('/api/queues/provisioning/pause', change)).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect((await call('/api/queues', { headers: asOwner })).body.queues[0].isPaused).toBe(false);
  });

  it.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' }],
    ['a sibling of the site', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'http://evil.example' }],
    ['nowhere', {}],
  ])('takes no change from %s', async (_, headers) => {
    const change = { method: 'PUT', headers: { ...asOwner, ...headers } };
    expect(await call('/api/queues/provisioning/pause', change)).toMatchObject({ status: 403 });
  });

  it('takes changes from its own origin, and writes them down', async () => {
    const operators = await operator('OPERATOR');
    for (const headers of [fromTheBoard, { origin: api.origin }]) {
      const change = { method: 'PUT', headers: { ...operators, ...headers } };
      expect((await call('/api/queues/provisioning/pause', change)).status).toBe(200);
      expect((await call('/api/queues/provisioning/resume', change)).status).toBe(200);
    }
    const { data } = (await owner.get('/audit-events?limit=100')).body;
    const written = data.filter(({ action }: { action: string }) => action === 'queue.changed');
    expect(written).toHaveLength(4);
    expect(written[0]).toMatchObject({
      actor: { type: 'OPERATOR', name: 'operator@example.test' },
      details: { method: 'PUT', path: '/api/queues/provisioning/resume' },
    });
  });

  it('removes a job', async () => {
    const [job] = await jobs();
    const change = { method: 'PUT', headers: { ...asOwner, ...fromTheBoard } };
    expect((await call(`/api/queues/provisioning/${job?.id}/clean`, change)).status).toBe(204);
    expect(await jobs()).toEqual([]);
  });

  it('forgets who was disabled, or has another password, at once', async () => {
    const viewer = await operator('VIEWER');
    expect((await call('/api/queues', { headers: viewer })).status).toBe(200);
    await installation.query(`UPDATE "Operator" SET "status" = 'DISABLED' WHERE "email" = 'viewer@example.test'`);
    expect((await call('/api/queues', { headers: viewer })).status).toBe(401);
  });

  it('knows no path that it does not have', async () => {
    expect(await call('/api/nothing', { headers: asOwner })).toMatchObject({
      status: 404,
      body: { code: 'route_not_found' },
    });
    expect((await call('/..%2f..%2fpackage.json', { headers: asOwner })).status).toBe(404);
  });

  it('throttles guesses like a login', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 8 }, () => call('/', { headers: basic('guessed@example.test', 'wrong') })),
    );
    expect(guesses.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const { status } = await api.anonymous().post('/auth/login', { email: 'guessed@example.test', password: 'x' });
    expect(status).toBe(429);
  });
});
