import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { refuseMalformed } from './wire.js';

const deadlines = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/**
 * Ends requests whose body has not arrived `withinMs` after their headers. Node's own limit knows no exceptions, so it is set for
 * files. Add this before every hook that may answer.
 */
export function limitBodies(server: FastifyInstance, withinMs: number): void {
  server.addHook('onRequest', ({ raw }, _reply, done) => {
    const { 'content-length': length = '0', 'transfer-encoding': coding } = raw.headers;
    if (coding !== undefined || length !== '0') {
      const late = () => refuseMalformed(new BodyTimeout(), raw.socket);
      deadlines.set(raw, setTimeout(late, withinMs).unref());
      raw.once('end', () => allowLongBody(raw)).once('close', () => allowLongBody(raw));
    }
    done();
  });
}

/** Leaves a request to Node's own limit. */
export function allowLongBody(raw: IncomingMessage): void {
  clearTimeout(deadlines.get(raw));
}

class BodyTimeout extends Error {
  readonly code = 'ERR_HTTP_REQUEST_TIMEOUT';
}
