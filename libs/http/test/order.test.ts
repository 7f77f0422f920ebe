import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './calls.js';
import { NotesApi } from './notes-api.js';

let api: NotesApi;

beforeAll(async () => {
  api = await NotesApi.start();
});

afterAll(async () => {
  await api.stop();
});

const stranger = { as: '' };

describe('checks are made in order', () => {
  it('an unknown route is 404 to strangers without a team, whatever they send', async () => {
    for (const body of [undefined, '{', { a: 1 }, 'x'.repeat(2 * 1024 * 1024)]) {
      for (const headers of [{}, { 'content-type': 'text/plain' }]) {
        const answer = await call(api, 'POST', '/api/v1/nothing', { as: '', body, headers });
        expect([answer.status, answer.body?.code]).toEqual([404, 'route_not_found']);
      }
    }
  });

  it('an unknown method of a known path is 404', async () => {
    for (const method of ['PUT', 'OPTIONS', 'PROPFIND', 'QUERY', 'LOCK', 'REPORT']) {
      const answer = await call(api, method, '/api/v1/notes');
      expect([method, answer.status, answer.body?.code]).toEqual([method, 404, 'route_not_found']);
    }
  });

  it('middleware comes before the token', async () => {
    const answer = await fetch(`${api.origin}/api/v1/notes`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'tenant_required' });
  });

  it('the token comes before the body', async () => {
    const bodies = ['{', '[[', 'x'.repeat(2 * 1024 * 1024), { __unknown: 1 }, '"\\u0000"'];
    for (const body of bodies) {
      for (const headers of [
        {},
        { 'content-type': 'text/plain' },
        { 'content-type': 'nonsense' },
        { 'idempotency-key': '' },
      ]) {
        const answer = await call(api, 'POST', '/api/v1/notes', { ...stranger, body, headers });
        expect([answer.status, answer.body?.code]).toEqual([401, 'token_invalid']);
        expect(answer.headers['www-authenticate']).toBe('Bearer');
      }
    }
  });

  it('the rate comes before the body', async () => {
    for (let i = 0; i < 3; i++) await call(api, 'GET', '/api/v1/notes', { as: 'ADMIN:hasty' });
    const answer = await call(api, 'POST', '/api/v1/notes', { as: 'ADMIN:hasty', body: '{' });
    expect([answer.status, answer.body?.code]).toEqual([429, 'rate_limited']);
  });

  it('the body comes before the role', async () => {
    const customer = (body: unknown, headers = {}) =>
      call(api, 'POST', '/api/v1/notes', { as: 'CUSTOMER', body, headers });
    expect((await customer('{')).body?.code).toBe('malformed_json');
    expect((await customer('a=1', { 'content-type': 'application/x-www-form-urlencoded' })).body?.code).toBe(
      'unsupported_media_type',
    );
    expect((await customer('x'.repeat(2 * 1024 * 1024))).body?.code).toBe('payload_too_large');
  });

  it('the role comes before the validation', async () => {
    const answer = await call(api, 'POST', '/api/v1/notes', {
      as: 'CUSTOMER',
      body: { nonsense: true },
      headers: { 'idempotency-key': '' },
    });
    expect([answer.status, answer.body?.code]).toEqual([403, 'forbidden']);
  });

  it('the validation comes before the state', async () => {
    const answer = await call(api, 'PATCH', '/api/v1/notes/x', { body: { title: '' }, headers: { 'if-match': '"9"' } });
    expect([answer.status, answer.body?.code]).toEqual([400, 'validation_failed']);
  });
});

describe('access', () => {
  it('is denied to everybody where a route declares none', async () => {
    expect((await call(api, 'GET', '/api/v1/oddities/undeclared')).status).toBe(401);
    expect((await call(api, 'HEAD', '/api/v1/oddities/undeclared')).status).toBe(401);
  });

  it('is given to everybody where a route is public', async () => {
    expect((await call(api, 'GET', '/api/v1/oddities/open', stranger)).body).toEqual({ word: 'welcome' });
  });

  it('is the same for actors who are known at once and for those looked up', async () => {
    for (const as of ['CUSTOMER', 'CUSTOMER:carl:later']) {
      expect((await call(api, 'GET', '/api/v1/notes', { as })).status).toBe(200);
      expect((await call(api, 'POST', '/api/v1/notes', { as, body: { title: 'x' } })).status).toBe(403);
    }
  });
});

const spellings = [
  '/api/v1/notes',
  '/api/v1/notes/',
  '/api/v1//notes',
  '//api/v1/notes',
  '/api/v1/%6eotes',
  '/%61pi/v1/notes',
  '/api%2fv1%2fnotes',
  '/api/v1/notes%2f',
  '/api/v1/notes%00',
  '/API/V1/NOTES',
  '/api/v1/./notes',
  '/api/v1/x/../notes',
  '/api/v1/notes;a=1',
  '/api/v1/notes%3Fa',
  '/api/v1/notes#x',
  '/api/v1/notes?a=/health',
  '/api/v1/notes/%',
  '/api/v1/notes/%zz',
  '/api/v1/notes/%C3',
  `/api/v1/notes/${'x'.repeat(2000)}`,
  '/api/v1/notes/..%2f..%2fhealth',
  '/health/../api/v1/notes',
  '/docs/../api/v1/notes',
];

describe.each(['by a hook', 'by Nest'] as const)('spellings of a path, with middleware applied %s', (how) => {
  let own: NotesApi;

  beforeAll(async () => {
    own = await NotesApi.start({}, how);
  });

  afterAll(async () => {
    await own.stop();
  });

  it('never get past the token', async () => {
    for (const method of ['GET', 'HEAD', 'POST']) {
      for (const path of spellings) {
        const answer = await call(own, method, path, stranger);
        expect([method, path, [401, 404].includes(answer.status)]).toEqual([method, path, true]);
        if (method !== 'HEAD')
          expect([path, answer.body?.code]).toEqual([
            path,
            answer.status === 401 ? 'token_invalid' : 'route_not_found',
          ]);
      }
    }
  });

  it('never get past the middleware', async () => {
    for (const method of ['GET', 'HEAD', 'POST']) {
      for (const path of spellings) {
        const { status } = await call(own, method, path, { headers: { 'x-team': undefined } });
        expect([method, path, [400, 404].includes(status)]).toEqual([method, path, true]);
      }
    }
  });
});

describe('paths', () => {
  it('that cannot be decoded are unknown routes', async () => {
    for (const path of ['/api/v1/notes/%', '/api/v1/notes/%zz', '/%C3%28']) {
      const answer = await call(api, 'GET', path);
      expect([path, answer.status, answer.body?.code]).toEqual([path, 404, 'route_not_found']);
      expect(answer.headers['x-request-id']).toBe(answer.body?.requestId);
    }
  });

  it('with an id that none can have answer 404', async () => {
    for (const id of [
      'x',
      '0',
      '%00',
      'a%00b',
      '%ED%A0%80',
      'x'.repeat(90),
      'x'.repeat(5000),
      "'--",
      '00000000-0000-0000-0000-00000000000g',
    ]) {
      const { status } = await call(api, 'GET', `/api/v1/notes/${id}`);
      expect([id, status]).toEqual([id, 404]);
    }
  });
});

describe('HEAD', () => {
  it('answers as GET does, without a body', async () => {
    const get = await call(api, 'GET', '/api/v1/notes');
    const head = await call(api, 'HEAD', '/api/v1/notes');
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(String(Buffer.byteLength(get.text)));
  });

  it('passes the same checks', async () => {
    expect((await call(api, 'HEAD', '/api/v1/notes', stranger)).status).toBe(401);
    expect((await call(api, 'HEAD', '/api/v1/notes?nonsense=1')).status).toBe(400);
    expect((await call(api, 'HEAD', '/api/v1/nothing')).status).toBe(404);
  });
});
