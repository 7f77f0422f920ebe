import { once } from 'node:events';
import { request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { sendProblem } from '../answers/problem.filter.js';
import type { EdgeError } from '../answers/problems.js';
import { acceptMessages } from './message-body.js';

let server: FastifyInstance;
/** Handlers that have a message and wait for the test. */
const held: (() => void)[] = [];

beforeEach(async () => {
  server = Fastify();
  server.setErrorHandler((error: FastifyError, request, reply) =>
    sendProblem(error as never as EdgeError, request, reply),
  );
  server.addHook('onRequest', (request, _reply, done) => {
    request.actor = { kind: 'USER', id: 'a', role: String(request.headers['x-role'] ?? 'AGENT'), name: 'A' };
    done();
  });
  acceptMessages(server, 1000);
  const length = (body: unknown) => ({ length: (body as Buffer).length });
  server.post('/mail', { config: { message: true, access: ['AGENT'] } as never }, ({ body }) => length(body));
  server.post('/held', { config: { message: true, access: ['AGENT'] } as never }, async ({ body }) => {
    await new Promise<void>((resolve) => held.push(resolve));
    return length(body);
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  for (const release of held.splice(0)) release();
  server.server.closeAllConnections();
  await server.close();
});

interface Answered {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly body: any;
}

/** Announces so many bytes, and sends `body`. */
async function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Answered> {
  const { port } = server.server.address() as AddressInfo;
  const length = { 'content-length': String(body.length), 'content-type': 'message/rfc822' };
  const sent = send({ port, path, method: 'POST', headers: { ...length, ...headers } });
  sent.on('error', () => undefined); // Only the answer matters.
  sent.write(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const answer = JSON.parse(await text(response)) as unknown;
  sent.destroy();
  return { status: response.statusCode, retryAfter: response.headers['retry-after'], body: answer };
}

it('gives a handler the bytes', async () => {
  expect(await post('/mail', 'x'.repeat(1000))).toMatchObject({ status: 200, body: { length: 1000 } });
});

it.each([
  ['that is packed', { 'content-encoding': 'gzip' }, 415],
  ['of somebody who may not send it', { 'x-role': 'CUSTOMER' }, 403],
  ['that is too large', { 'content-length': String(25 * 1024 * 1024 + 1) }, 413],
])('refuses a message %s before it has come', async (_, headers, status) => {
  expect((await post('/mail', 'x', { 'content-length': '20000000', ...headers })).status).toBe(status);
});

it('holds no more than there is room for, until what it holds is answered', async () => {
  const first = post('/held', 'x'.repeat(700));
  while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(await post('/mail', 'x'.repeat(301))).toMatchObject({
    status: 503,
    retryAfter: '1',
    body: { code: 'service_unavailable' },
  });
  expect((await post('/mail', 'x'.repeat(300))).status).toBe(200);
  held.pop()?.();
  expect(await first).toMatchObject({ status: 200, body: { length: 700 } });
  expect((await post('/mail', 'x'.repeat(1000))).status).toBe(200);
});

it('has the room again of a message whose sender hangs up', async () => {
  const { port } = server.server.address() as AddressInfo;
  const headers = { 'content-length': '1000', 'content-type': 'message/rfc822' };
  const gone = new Promise<void>((resolve) =>
    server.server.once('request', (incoming: IncomingMessage, response: ServerResponse) => {
      incoming.once('data', () => sent.destroy());
      response.once('close', resolve);
    }),
  );
  const sent = send({ port, path: '/mail', method: 'POST', headers });
  sent.on('error', () => undefined);
  sent.write('x'.repeat(900));
  await gone;
  expect((await post('/mail', 'x'.repeat(1000))).status).toBe(200);
});
