import { request } from 'node:http';
import { randomBytes } from 'node:crypto';
import {
  connected,
  startSystem,
  urlOf,
  type Answer,
  type Api,
  type Caller,
  type System,
  type TestTenant,
} from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const password = 'a password of many words';
const page = 'https://desk.example';
const day = 24 * 3600;

let system: System;
let tenant: TestTenant;

beforeAll(async () => {
  system = await startSystem({ app: { CORS_ORIGINS: page }, control: { CORS_ORIGINS: page } });
  tenant = await system.createTenant();
});

afterAll(() => system?.close());

interface Side {
  readonly api: () => Api;
  readonly cookie: string;
  readonly database: () => string;
  readonly tokens: string;
  readonly visitor: () => Caller;
  /** The email of somebody new. */
  readonly somebody: () => Promise<string>;
  readonly invite: (email: string) => Promise<Answer>;
}

const email = () => `somebody-${randomBytes(5).toString('hex')}@desk.example`;

const sides: Record<string, Side> = {
  'the app API': {
    api: () => system.app,
    cookie: 'helpdeskly_session',
    database: () => tenant.databaseName,
    tokens: 'RefreshToken',
    visitor: () => tenant.visitor,
    somebody: async () => {
      const input = { email: email(), name: 'Arno Agent', role: 'AGENT', password };
      const { status, body } = await tenant.admin.post('/users', input);
      expect(status).toBe(201);
      return body.email;
    },
    invite: async (email) => {
      const { data } = (await tenant.admin.get(`/users?q=${email}`)).body;
      return tenant.admin.post(`/users/${data[0].id}/invitation`);
    },
  },
  'the control API': {
    api: () => system.control,
    cookie: 'helpdeskly_operator_session',
    database: () => system.installation.database,
    tokens: 'OperatorRefreshToken',
    visitor: () => system.control.as(),
    somebody: async () => {
      const input = { email: email(), name: 'Olga Operator', role: 'VIEWER', password };
      const { status, body } = await system.operator.post('/operators', input);
      expect(status).toBe(201);
      return body.email;
    },
    invite: async (email) => {
      const { data } = (await system.operator.get('/operators?limit=100')).body;
      return system.operator.post(`/operators/${data.find((each: any) => each.email === email).id}/invitation`);
    },
  },
};

const wanted = { 'x-session': 'cookie' };

/** The attributes of the one cookie of an answer. */
function cookieOf({ headers }: Answer): Record<string, string | true> {
  const cookies = headers.getSetCookie();
  expect(cookies).toHaveLength(1);
  return Object.fromEntries(
    (cookies[0] ?? '').split('; ').map((part) => {
      const [name = '', ...value] = part.split('=');
      return [name, value.length === 0 ? true : value.join('=')];
    }),
  );
}

describe.each(Object.entries(sides))('a browser’s session at %s', (_, side) => {
  const { cookie } = side;
  const holding = (token: string, more: Record<string, string> = wanted) =>
    side.visitor().with({ cookie: `theme=dark; ${cookie}=${token}`, ...more });
  const refresh = (token: string, more?: Record<string, string>) => holding(token, more).post('/auth/refresh');
  const bearing = ({ body }: Answer) => side.visitor().with({ authorization: `Bearer ${body.accessToken}` });
  const refused = ({ status, body, headers }: Answer) => [status, body.code, headers.getSetCookie()];
  /** As if every token had been used so many seconds earlier. */
  const later = (seconds: number) =>
    connected(urlOf(side.database()), (client) =>
      client.query(`UPDATE "${side.tokens}" SET "usedAt" = "usedAt" - $1 * interval '1 second'`, [seconds]),
    );

  async function signIn(headers: Record<string, string> = wanted): Promise<{ answer: Answer; token: string }> {
    const input = { email: await side.somebody(), password };
    const answer = await side.visitor().with(headers).post('/auth/login', input);
    expect(answer.status).toBe(200);
    return { answer, token: answer.body.refreshToken ?? String(cookieOf(answer)[cookie]) };
  }

  it('has its refresh token in a cookie that no script and no other site gets, and in no answer', async () => {
    const { answer, token } = await signIn();
    expect(answer.body).not.toHaveProperty('refreshToken');
    expect(answer.body).toMatchObject({ tokenType: 'Bearer', refreshExpiresIn: 30 * day });
    expect(cookieOf(answer)).toEqual({
      [cookie]: token,
      'Max-Age': String(30 * day),
      Path: '/api/v1/auth',
      HttpOnly: true,
      SameSite: 'Strict',
    });
    expect((await bearing(answer).get('/auth/me')).status).toBe(200);
  });

  it('begins by an invitation as by a sign-in', async () => {
    const { body: invitation } = await side.invite(await side.somebody());
    const answer = await side
      .visitor()
      .with(wanted)
      .post('/auth/invitations/accept', { token: invitation.token, password: 'another password of many words' });
    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty('refreshToken');
    expect(cookieOf(answer)).toMatchObject({ Path: '/api/v1/auth', HttpOnly: true, SameSite: 'Strict' });
    expect((await refresh(String(cookieOf(answer)[cookie]))).status).toBe(200);
  });

  it('goes on by its cookie, which each refresh replaces', async () => {
    const { token } = await signIn();
    const next = await refresh(token);
    expect(next.status).toBe(200);
    expect(next.body).not.toHaveProperty('refreshToken');
    expect(cookieOf(next)[cookie]).not.toBe(token);
    expect((await refresh(String(cookieOf(next)[cookie]))).status).toBe(200);
  });

  it('is kept by two tabs that refresh at once, whose successors work once each', async () => {
    const { token } = await signIn();
    const answers = await Promise.all([1, 2, 3].map(() => refresh(token)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const successors = answers.map((answer) => String(cookieOf(answer)[cookie]));
    expect(new Set([token, ...successors]).size).toBe(4);
    await later(3600);
    for (const each of successors) expect((await refresh(each)).status).toBe(200);
  });

  it('ends when its cookie is shown again after 10 seconds', async () => {
    const { token } = await signIn();
    const next = await refresh(token);
    await later(11);
    expect(refused(await refresh(token))).toEqual([401, 'refresh_token_reused', []]);
    expect((await bearing(next).get('/auth/me')).status).toBe(401);
    expect(refused(await refresh(String(cookieOf(next)[cookie])))).toEqual([401, 'token_invalid', []]);
  });

  it('ends at once when a token that was used comes in a body, where no tab shares it', async () => {
    const { token } = await signIn();
    await refresh(token);
    const replay = await side.visitor().post('/auth/refresh', { refreshToken: token });
    expect(refused(replay)).toEqual([401, 'refresh_token_reused', []]);
  });

  it.each([
    ['without X-Session', {}],
    ['with X-Session of another value', { 'x-session': 'body' }],
    ['from a page of another origin', { ...wanted, origin: 'https://evil.example' }],
    ['from a page of another port', { ...wanted, origin: 'http://127.0.0.1:1' }],
    ['from a page without an origin', { ...wanted, origin: 'null' }],
    ['from a page that CORS lets in', { ...wanted, origin: page }],
    ['from another tenant’s page', { ...wanted, 'sec-fetch-site': 'same-site' }],
    ['from a foreign page', { ...wanted, 'sec-fetch-site': 'cross-site' }],
  ])('is not looked at %s', async (_how, headers) => {
    const { token } = await signIn();
    expect(refused(await refresh(token, headers))).toEqual([401, 'token_invalid', []]);
    const own = { ...wanted, origin: side.api().origin, 'sec-fetch-site': 'same-origin' };
    expect((await refresh(token, own)).status).toBe(200);
  });

  it('takes a refresh token by cookie or by body, not by both and not by neither', async () => {
    const { token } = await signIn();
    const both = await holding(token).post('/auth/refresh', { refreshToken: token });
    expect(both.body).toMatchObject({ status: 400, errors: [{ field: 'refreshToken', code: 'not_wanted' }] });
    const neither = await side.visitor().post('/auth/refresh', {});
    expect(neither.body).toMatchObject({ status: 400, errors: [{ field: 'refreshToken', code: 'required' }] });
    expect(refused(await side.visitor().with(wanted).post('/auth/refresh'))).toEqual([401, 'token_invalid', []]);
    expect((await refresh(token)).status).toBe(200);
  });

  it('leaves a program’s refresh token in its answers, without grace and without a cookie', async () => {
    const { answer, token } = await signIn({});
    expect(answer.headers.getSetCookie()).toEqual([]);
    const visitor = side.visitor();
    const next = await visitor.post('/auth/refresh', { refreshToken: token });
    expect(next.headers.getSetCookie()).toEqual([]);
    expect(next.body.refreshToken).not.toBe(token);
    expect((await visitor.post('/auth/refresh', { refreshToken: token })).body.code).toBe('refresh_token_reused');
  });

  it('gives a program’s token no grace when somebody shows it as a cookie', async () => {
    const { token } = await signIn({});
    expect((await side.visitor().post('/auth/refresh', { refreshToken: token })).status).toBe(200);
    expect(refused(await refresh(token))).toEqual([401, 'refresh_token_reused', []]);
  });

  it.each([
    ['plain http on a loopback name', 'localhost', {}, false],
    ['plain http on a subdomain of one', 'desk.localhost:3000', {}, false],
    ['https before a proxy', 'localhost', { origin: 'https://localhost' }, true],
    ['any other name', 'acme.desk.example', {}, true],
    ['a name that only looks like one', 'localhost.desk.example', {}, true],
  ])('has a cookie for https alone unless it is %s', async (_name, host, headers, secure) => {
    const input = JSON.stringify({ email: await side.somebody(), password });
    const { slug } = tenant;
    const cookies = await new Promise<string[]>((resolve, reject) => {
      const all = { host, 'content-type': 'application/json', ...wanted, ...headers };
      const slugs =
        cookie === 'helpdeskly_session' && !host.includes('desk.localhost') ? { 'x-tenant-slug': slug } : {};
      const named =
        cookie === 'helpdeskly_session' && host.includes('desk.localhost') ? { host: `${slug}.localhost` } : {};
      request(
        `${side.api().origin}/api/v1/auth/login`,
        { method: 'POST', headers: { ...all, ...slugs, ...named } },
        (answer) => {
          answer.resume().on('end', () => resolve(answer.headers['set-cookie'] ?? []));
        },
      )
        .on('error', reject)
        .end(input);
    });
    expect(cookies).toHaveLength(1);
    expect(/; Secure(;|$)/.test(cookies[0] ?? '')).toBe(secure);
  });

  it('loses its cookie when it ends', async () => {
    const { answer, token } = await signIn();
    const left = await bearing(answer)
      .with({ cookie: `${cookie}=${token}` })
      .post('/auth/logout');
    expect(left.status).toBe(204);
    expect(cookieOf(left)).toMatchObject({ [cookie]: '', 'Max-Age': '0', Path: '/api/v1/auth' });
    expect(refused(await refresh(token))).toEqual([401, 'token_invalid', []]);
    const program = await signIn({});
    expect((await bearing(program.answer).post('/auth/logout')).headers.getSetCookie()).toEqual([]);
  });

  describe('in the list of one’s own', () => {
    async function two() {
      const input = { email: await side.somebody(), password };
      const phone = side.visitor().with({ 'user-agent': 'Phone/2', ...wanted });
      const desk = side.visitor().with({ 'user-agent': 'Desk/1' });
      const [first, second] = [await desk.post('/auth/login', input), await phone.post('/auth/login', input)];
      return { first: bearing(first), second: bearing(second), refreshToken: first.body.refreshToken };
    }

    it('says since when, from where and by what it was opened, and which is the present one', async () => {
      const { first } = await two();
      const { status, body } = await first.get('/auth/sessions?include=total');
      expect(status).toBe(200);
      const form = { id: expect.any(String), createdAt: expect.any(String), lastUsedAt: expect.any(String) };
      expect(body.data).toEqual([
        { ...form, address: '127.0.0.1', userAgent: 'Phone/2', current: false },
        { ...form, address: '127.0.0.1', userAgent: 'Desk/1', current: true },
      ]);
      expect(body.meta).toMatchObject({ total: 2, hasMore: false });
      const { body: part } = await first.get('/auth/sessions?limit=1');
      const { body: rest } = await first.get(`/auth/sessions?limit=1&cursor=${part.meta.nextCursor}`);
      expect([...part.data, ...rest.data]).toEqual(body.data);
    });

    it('is ended there, at once and for good', async () => {
      const { first, second, refreshToken } = await two();
      const { body } = await second.get('/auth/sessions');
      const [present, other] = body.data;
      const ended = await second.delete(`/auth/sessions/${other.id}`);
      expect([ended.status, ended.headers.getSetCookie()]).toEqual([204, []]);
      expect((await first.get('/auth/me')).status).toBe(401);
      expect((await side.visitor().post('/auth/refresh', { refreshToken })).body.code).toBe('token_invalid');
      expect((await second.get('/auth/sessions')).body.data.map(({ id }: any) => id)).toEqual([present.id]);
      const last = await second.with({ ...wanted }).delete(`/auth/sessions/${present.id}`);
      expect(cookieOf(last)).toMatchObject({ [cookie]: '', 'Max-Age': '0' });
      expect((await second.get('/auth/me')).status).toBe(401);
    });

    it('is nobody else’s, and 404 once it has ended', async () => {
      const [mine, theirs] = [await two(), await two()];
      const { data } = (await mine.first.get('/auth/sessions')).body;
      for (const id of [data[0].id, 'x', '01a22473-bf21-7e58-9c97-9aa8e5455c4d'])
        expect((await theirs.first.delete(`/auth/sessions/${id}`)).status).toBe(404);
      expect((await mine.second.get('/auth/me')).status).toBe(200);
      await mine.second.delete(`/auth/sessions/${data[1].id}`);
      expect((await mine.second.delete(`/auth/sessions/${data[1].id}`)).status).toBe(404);
    });
  });

  describe('beside pages of other origins', () => {
    const from = (origin: string, headers = {}) => side.visitor().with({ origin, ...headers });

    it('lets those call that CORS_ORIGINS names, refusals included, never with credentials', async () => {
      for (const path of ['/auth/me', '/no-such-route']) {
        const { headers } = await from(page).get(path);
        expect(headers.get('access-control-allow-origin')).toBe(page);
        expect(headers.get('access-control-allow-credentials')).toBeNull();
        expect(headers.get('vary')).toMatch(/\borigin\b/i);
        const exposed = headers.get('access-control-expose-headers')?.toLowerCase().split(/, */);
        for (const name of ['etag', 'location', 'link', 'retry-after', 'ratelimit-limit', 'x-request-id'])
          expect(exposed).toContain(name);
      }
    });

    it('answers their preflights without a token or a tenant', async () => {
      const response = await fetch(`${side.api().origin}/api/v1/auth/me`, {
        method: 'OPTIONS',
        headers: {
          origin: page,
          'access-control-request-method': 'PATCH',
          'access-control-request-headers': 'if-match',
        },
      });
      expect(response.status).toBe(204);
      expect(response.headers.get('access-control-allow-origin')).toBe(page);
      expect(response.headers.get('access-control-allow-methods')).toContain('PATCH');
      expect(response.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('if-match');
    });

    it.each(['https://evil.example', 'http://desk.example', 'https://desk.example:8443', 'null'])(
      'refuses %s',
      async (origin) => {
        const { headers } = await from(origin).get('/auth/me');
        expect(headers.get('access-control-allow-origin')).toBeNull();
        expect(headers.get('vary')).toMatch(/\borigin\b/i);
        const preflight = await fetch(`${side.api().origin}/api/v1/auth/me`, {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'GET' },
        });
        expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([404, null]);
        expect(await preflight.json()).toMatchObject({ code: 'route_not_found' });
      },
    );
  });
});

describe('an API key', () => {
  it('has no sessions', async () => {
    const { body } = await system.operator.post('/api-keys', { name: 'a program', role: 'VIEWER' });
    const program = system.control.as({ authorization: `Bearer ${body.key}` });
    expect((await program.get('/auth/sessions')).status).toBe(403);
    expect((await program.delete('/auth/sessions/01a22473-bf21-7e58-9c97-9aa8e5455c4d')).status).toBe(403);
  });
});
