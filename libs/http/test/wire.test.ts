import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lines, raw, readAnswer } from './calls.js';
import { NotesApi } from './notes-api.js';

let api: NotesApi;

beforeAll(async () => {
  api = await NotesApi.start({ requestTimeoutMs: 300, fileTimeoutMs: 2000 });
});

afterAll(async () => {
  await api.stop();
});

const head = (...more: string[]) =>
  lines('GET /api/v1/notes HTTP/1.1', 'Host: localhost', 'X-Team: acme', 'Connection: close', ...more);
const asAdmin = 'Authorization: Bearer ADMIN';

describe('headers that are sent twice', () => {
  it('are refused where they may be sent once', async () => {
    const doubled: [string, string, string?][] = [
      ['Content-Type: application/json', 'content-type: text/plain', asAdmin],
      ['If-Match: "1"', 'IF-MATCH: "2"', asAdmin],
      ['Idempotency-Key: a', 'Idempotency-Key: b', asAdmin],
    ];
    for (const [one, two, more = 'X-More: 1'] of doubled) {
      const answer = await raw(api, head(one, two, more));
      expect([one, answer.status]).toEqual([one, 400]);
      expect(answer.body).toMatchObject({
        code: 'validation_failed',
        errors: [{ field: one.split(':')[0]?.toLowerCase(), code: 'repeated' }],
      });
    }
  });

  it('make no actor when they are credentials', async () => {
    const answer = await raw(api, head('Authorization: Bearer ADMIN', 'authorization: Bearer CUSTOMER'));
    expect([answer.status, answer.body?.code]).toEqual([401, 'token_invalid']);
  });

  it('are refused on public routes too', async () => {
    const answer = await raw(
      api,
      lines(
        'POST /api/v1/oddities/open HTTP/1.1',
        'Host: a',
        'X-Team: acme',
        'Content-Type: a/b',
        'Content-Type: application/json',
        'Connection: close',
        'Content-Length: 0',
      ),
    );
    expect([answer.status, answer.body?.code]).toEqual([400, 'validation_failed']);
  });

  it('do not matter on unknown routes', async () => {
    const answer = await raw(
      api,
      lines('GET /nothing HTTP/1.1', 'Host: a', 'Host: b', 'Authorization: x', 'Authorization: y', 'Connection: close'),
    );
    expect([answer.status, answer.body?.code]).toEqual([404, 'route_not_found']);
  });

  it('are joined where lists are allowed', async () => {
    expect(
      (
        await raw(
          api,
          head(
            asAdmin,
            'Accept: text/html',
            'Accept: application/json',
            'X-Forwarded-For: 1.1.1.1',
            'X-Forwarded-For: 2.2.2.2',
          ),
        )
      ).status,
    ).toBe(200);
  });
});

describe('Host', () => {
  it('must be there, once and not empty, to reach a route of the API', async () => {
    for (const hosts of [[], ['Host:'], ['Host: a', 'Host: b'], ['Host: a', 'host: a']]) {
      const answer = await raw(
        api,
        lines('GET /api/v1/notes HTTP/1.1', ...hosts, 'X-Team: acme', asAdmin, 'Connection: close'),
      );
      expect([hosts, answer.status, answer.body?.code]).toEqual([hosts, 400, 'host_invalid']);
    }
  });

  it('is asked of HTTP/1.0 too', async () => {
    const answer = await raw(api, lines('GET /api/v1/notes HTTP/1.0', 'X-Team: acme', asAdmin));
    expect([answer.status, answer.body?.code]).toEqual([400, 'host_invalid']);
  });

  it('is not asked of health checks', async () => {
    expect((await raw(api, lines('GET /health/live HTTP/1.0'))).status).toBe(200);
  });

  it('of an absolute-form target must be the same', async () => {
    const target = (host: string) =>
      lines(
        `GET http://localhost:80/api/v1/notes HTTP/1.1`,
        `Host: ${host}`,
        'X-Team: acme',
        asAdmin,
        'Connection: close',
      );
    expect((await raw(api, target('localhost:80'))).status).toBe(200);
    expect((await raw(api, target('elsewhere'))).body?.code).toBe('host_invalid');
  });
});

describe('what is not HTTP', () => {
  it('is refused on the socket, in the form of a problem', async () => {
    for (const bytes of [
      lines('GET / HTTP/9.9'),
      lines('GET /a b HTTP/1.1', 'Host: a'),
      lines('GET / HTTP/1.1', 'Bad Header: x'),
      lines('POST / HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Content-Length: 2'),
    ]) {
      const answer = await raw(api, bytes);
      expect([bytes, answer.status, answer.headers['content-type']]).toEqual([
        bytes,
        400,
        'application/problem+json; charset=utf-8',
      ]);
      expect(answer.headers['x-request-id']).toBe(answer.body?.requestId);
      expect(answer.headers['connection']).toBe('close');
    }
  });

  it('such as a method that nobody knows is an unknown route', async () => {
    for (const method of ['BREW', 'get', 'GETS']) {
      const answer = await raw(
        api,
        lines(`${method} /api/v1/notes HTTP/1.1`, 'Host: a', 'X-Team: acme', 'Connection: close'),
      );
      expect([method, answer.status, answer.body?.code]).toEqual([method, 404, 'route_not_found']);
    }
  });

  it('such as headers without end is refused', async () => {
    const answer = await raw(api, lines('GET /api/v1/notes HTTP/1.1', 'Host: a', `X-Long: ${'x'.repeat(100_000)}`));
    expect([answer.status, answer.headers['content-type']]).toEqual([431, 'application/problem+json; charset=utf-8']);
  });
});

describe('methods that proxies know', () => {
  it('are unknown routes', async () => {
    for (const start of [
      'TRACE /api/v1/notes HTTP/1.1',
      'OPTIONS * HTTP/1.1',
      'CONNECT localhost:80 HTTP/1.1',
      'PURGE /api/v1/notes HTTP/1.1',
    ]) {
      const answer = await raw(api, lines(start, 'Host: localhost', 'X-Team: acme', 'Connection: close'));
      expect([start, answer.status, answer.body?.code]).toEqual([start, 404, 'route_not_found']);
    }
  });
});

describe('expectations', () => {
  it('of 100-continue are met, others passed over', async () => {
    const ask = (expect: string) =>
      lines(
        'POST /api/v1/notes HTTP/1.1',
        'Host: a',
        'X-Team: acme',
        asAdmin,
        'Content-Type: application/json',
        'Content-Length: 1',
        `Expect: ${expect}`,
        'Connection: close',
      );
    expect((await raw(api, `${ask('wonders')}{`)).body?.code).toBe('malformed_json');
    expect((await raw(api, `${ask('100-continue')}{`)).text).toContain('malformed_json');
  });

  it('to upgrade the connection are passed over', async () => {
    const answer = await raw(
      api,
      lines(
        'GET /api/v1/notes HTTP/1.1',
        'Host: a',
        'X-Team: acme',
        asAdmin,
        'Connection: Upgrade',
        'Upgrade: websocket',
      ),
    );
    expect(answer.status).toBe(200);
  });
});

describe('slow requests', () => {
  it('are ended when their body does not arrive', async () => {
    const answer = await raw(
      api,
      `${lines('POST /api/v1/notes HTTP/1.1', 'Host: a', 'X-Team: acme', asAdmin, 'Content-Type: application/json', 'Content-Length: 100')}{"title"`,
    );
    expect([answer.status, answer.headers['content-type']]).toEqual([408, 'application/problem+json; charset=utf-8']);
  });

  it('are ended when their body does not arrive and nobody waits for it', async () => {
    const socket = connect(api.port, '127.0.0.1');
    socket.write(lines('POST /api/v1/nowhere HTTP/1.1', 'Host: a', 'Content-Length: 100'));
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  });

  const form = lines(
    'POST /api/v1/oddities/file HTTP/1.1',
    'Host: a',
    'X-Team: acme',
    asAdmin,
    'Content-Type: multipart/form-data; boundary=x',
    'Content-Length: 100',
  );

  it('may take longer when they bring a file', async () => {
    const body = `--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${'w'.repeat(25)}\r\n--x--\r\n`;
    expect(body).toHaveLength(100);
    const socket = connect(api.port, '127.0.0.1');
    socket.write(form + body.slice(0, 80));
    await sleep(900);
    socket.write(body.slice(80));
    const answer = await readAnswer(socket);
    expect([answer.status, answer.body]).toEqual([200, { word: 'w'.repeat(25) }]);
    socket.destroy();
  });

  it('are ended when their file does not arrive', async () => {
    expect((await raw(api, `${form}--x`)).status).toBe(408);
  });

  it('are ended when their headers do not arrive', async () => {
    expect((await raw(api, 'GET /api/v1/notes HTTP/1.1\r\nHost: a\r\n')).status).toBe(408);
  });
});

describe('connections', () => {
  it('carry one request after another', async () => {
    const socket = connect(api.port, '127.0.0.1');
    const ask = lines('GET /api/v1/oddities/open HTTP/1.1', 'Host: a', 'X-Team: acme');
    for (let i = 0; i < 3; i++) {
      socket.write(ask);
      expect((await readAnswer(socket)).status).toBe(200);
      socket.removeAllListeners('data');
    }
    socket.destroy();
  });

  it('survive a body that nobody reads', async () => {
    const body = 'x'.repeat(2 * 1024 * 1024);
    const answer = await raw(
      api,
      `${lines('POST /api/v1/notes HTTP/1.1', 'Host: a', 'X-Team: acme', `Content-Length: ${body.length}`, 'Content-Type: application/json')}${body}`,
    );
    expect([answer.status, answer.body?.code]).toEqual([401, 'token_invalid']);
  });

  it('are refused two lengths for one body', async () => {
    const smuggled = `${lines('POST /api/v1/notes HTTP/1.1', 'Host: a', 'X-Team: acme', asAdmin, 'Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n`;
    expect((await raw(api, smuggled)).status).toBe(400);
  });
});
