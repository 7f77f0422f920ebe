import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { TrustedProxies } from './trusted-proxies.js';

/** What a request's log lines say beside the usual, such as its tenant. */
export type LogFacts = (request: FastifyRequest) => Record<string, unknown>;

/** The caller's X-Request-Id when it is 1..128 of `[A-Za-z0-9._-]`, a new one otherwise. */
export function requestIdOf(raw?: IncomingMessage): string {
  const given = raw?.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID();
}

const proxies = new WeakMap<object, TrustedProxies>();

/** Tells an app's requests which proxies it trusts. */
export function trustProxies(server: object, trusted: TrustedProxies): void {
  proxies.set(server, trusted);
}

/** The client's real address: `X-Forwarded-For` counts from trusted proxies alone. */
export function clientAddressOf(request: FastifyRequest): string {
  return proxies.get(request.server)?.clientAddress(request) ?? request.socket.remoteAddress ?? '';
}
