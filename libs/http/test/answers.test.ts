import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, lines, readAnswer } from './calls.js';
import { NotesApi, outages } from './notes-api.js';

let api: NotesApi;

beforeAll(async () => {
  api = await NotesApi.start();
});

afterAll(async () => {
  await api.stop();
});

/** The log line of the request with this id, once it was written. */
async function lineOf(requestId: string, message?: string): Promise<Record<string, unknown>> {
  for (;;) {
    const line = api.log.find((entry) => entry['requestId'] === requestId && entry['msg'] === message);
    if (line !== undefined) return line;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('every answer', () => {
  it('is kept by nobody, sniffed by nobody, and does not say what serves it', async () => {
    for (const [method, path, as] of [
      ['GET', '/api/v1/notes', 'ADMIN'],
      ['GET', '/api/v1/nothing', ''],
      ['GET', '/api/v1/notes', ''],
      ['DELETE', '/api/v1/notes/x', 'ADMIN'],
      ['GET', '/api/v1/oddities/fault', 'ADMIN'],
      ['GET', '/health', ''],
      ['GET', '/api/v1/notes/%', ''],
    ] as const) {
      const { headers } = await call(api, method, path, { as });
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-request-id': expect.any(String),
      });
      expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['server']));
      expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['x-powered-by']));
    }
  });

  it('echoes a request id of 1 to 128 of its characters, and has one of its own otherwise', async () => {
    for (const id of ['a', 'A.b_c-9', 'x'.repeat(128)])
      expect(
        (await call(api, 'GET', '/api/v1/notes', { headers: { 'x-request-id': id } })).headers['x-request-id'],
      ).toBe(id);
    for (const id of ['', 'a b', 'x'.repeat(129), 'a,b', '"a"', 'ä', '../etc', 'a\tb']) {
      const { headers } = await call(api, 'GET', '/api/v1/notes', { headers: { 'x-request-id': id } });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('with a version carries it as an entity tag', async () => {
    const { headers } = await call(api, 'GET', '/api/v1/notes/00000000-0000-7000-8000-000000000001');
    expect(headers['etag']).toBe('"1"');
  });

  it('to a creation says where the new resource is', async () => {
    const { status, headers, body } = await call(api, 'POST', '/api/v1/notes', { body: { title: 'x' } });
    expect([status, headers['location'], headers['etag']]).toEqual([201, `/api/v1/notes/${body.id}`, '"1"']);
  });

  it('of 204 has no body', async () => {
    const { status, text, headers } = await call(api, 'DELETE', '/api/v1/notes/x');
    expect([status, text, headers['content-type']]).toEqual([204, '', undefined]);
  });
});

describe('a problem', () => {
  it('is as RFC 9457 has it, with code and request id', async () => {
    const { status, headers, body } = await call(api, 'GET', '/api/v1/notes/x', { headers: { 'x-request-id': 'r-1' } });
    expect([status, headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
    expect(body).toEqual({
      type: 'urn:helpdeskly:problem:not_found',
      title: 'Not found',
      status: 404,
      detail: 'There is no such note.',
      code: 'not_found',
      requestId: 'r-1',
    });
  });

  it('carries what its error knows', async () => {
    const { status, body } = await call(api, 'POST', '/api/v1/notes/stale/close');
    expect([status, body.code, body.currentVersion]).toEqual([412, 'version_conflict', 4]);
  });

  it('of an outage says when to come back', async () => {
    const { status, headers, body } = await call(api, 'GET', '/api/v1/oddities/outage');
    expect([status, headers['retry-after'], body.code]).toEqual([503, '1', 'service_unavailable']);
    expect(JSON.stringify(body)).not.toMatch(/ECONNREFUSED|10\.0\.0\.1/);
  });

  it('of a fault of ours says nothing of it, but the log does', async () => {
    const { status, body } = await call(api, 'GET', '/api/v1/oddities/fault');
    expect([status, body.code]).toEqual([500, 'internal_error']);
    expect(JSON.stringify(body)).not.toMatch(/SELECT|db\.internal|\/srv/);
    expect(await lineOf(body.requestId, 'a request failed')).toMatchObject({
      level: 50,
      err: { message: expect.stringContaining('SELECT secret'), stack: expect.any(String) },
    });
  });

  it('of an outage that the code itself found is logged with what caused it', async () => {
    const { status, body } = await call(api, 'GET', '/api/v1/oddities/away');
    expect([status, body.code]).toEqual([503, 'service_unavailable']);
    expect(await lineOf(body.requestId, 'a request could not be served')).toMatchObject({
      level: 40,
      code: 'service_unavailable',
      cause: { type: 'Error', message: 'connect ECONNREFUSED 10.0.0.2:6379', code: 'ECONNREFUSED' },
    });
  });

  it('of an answer that JSON cannot say is a fault of ours', async () => {
    const { status, body } = await call(api, 'GET', '/api/v1/oddities/unprintable');
    expect([status, body?.code]).toEqual([500, 'internal_error']);
  });
});

describe('a body that its client gives up', () => {
  it('is no outage of ours', async () => {
    const before = outages.length;
    const given = new Promise<void>((resolve) => {
      api.app
        .getHttpServer()
        .once('request', (request: IncomingMessage) => request.once('close', () => setImmediate(resolve)));
    });
    const socket = connect(api.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `${lines('POST /api/v1/notes HTTP/1.1', 'Host: a', 'X-Team: acme', 'Authorization: Bearer ADMIN', 'Content-Type: application/json', 'Content-Length: 100')}{"title"`,
      () => setImmediate(() => socket.destroy()),
    );
    await given;
    expect(outages.slice(before)).toEqual([]);
    expect(api.log.filter(({ msg }) => msg === 'a request could not be served')).toHaveLength(2); // The outages above.
  });
});

describe('the log', () => {
  it('has a line for each request, with its route and not its query', async () => {
    await call(api, 'GET', '/api/v1/notes?q=private', { headers: { 'x-request-id': 'r-2' } });
    expect(await lineOf('r-2')).toMatchObject({
      level: 30,
      service: 'notes-api',
      method: 'GET',
      route: '/api/v1/notes',
      path: '/api/v1/notes',
      status: 200,
      ms: expect.any(Number),
      address: '127.0.0.1',
    });
    await call(api, 'PUT', '/nothing', { headers: { 'x-request-id': 'r-3' } });
    expect(await lineOf('r-3')).toMatchObject({ method: 'PUT', route: '(none)', status: 404 });
  });

  it('says what the app knows of a request', async () => {
    const own = await NotesApi.start({ logFacts: (request) => ({ team: request.headers['x-team'] }) });
    await call(own, 'GET', '/api/v1/oddities/fault');
    await call(own, 'GET', '/api/v1/notes');
    await own.stop();
    expect(
      own.log.filter((line) => line['requestId'] !== undefined).map(({ team, route, msg }) => [team, route, msg]),
    ).toEqual([
      ['acme', undefined, 'a request failed'],
      ['acme', '/api/v1/oddities/fault', undefined],
      ['acme', '/api/v1/notes', undefined],
    ]);
  });

  it('holds no credentials', async () => {
    await call(api, 'POST', '/api/v1/notes', {
      as: 'ADMIN:verysecret',
      body: { title: 'broken', email: 'secret@example.test' },
      headers: { 'x-request-id': 'r-4', 'idempotency-key': 'a-secret-key' },
    });
    await lineOf('r-4');
    expect(api.logged.join('')).not.toMatch(/verysecret|secret@example|a-secret-key|Bearer/);
  });
});

describe('a connection', () => {
  it('is kept for the next request after a problem', async () => {
    const socket = connect(api.port, '127.0.0.1');
    for (const path of ['/nothing', '/api/v1/notes', '/api/v1/oddities/open']) {
      socket.write(lines(`GET ${path} HTTP/1.1`, 'Host: a', 'X-Team: acme'));
      expect((await readAnswer(socket)).headers['connection']).toBe('keep-alive');
      socket.removeAllListeners('data');
    }
    socket.destroy();
  });
});
