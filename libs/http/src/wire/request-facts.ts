import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { TrustedProxies } from './trusted-proxies.js';

/** Additional fields of a request's log lines, such as its tenant. */
export type LogFacts = (request: FastifyRequest) => Record<string, unknown>;

/** The caller's X-Request-Id if it is 1..128 of `[A-Za-z0-9._-]`, otherwise a new one. */
export function requestIdOf(raw?: IncomingMessage): string {
  const given = raw?.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID();
}

const proxies = new WeakMap<object, TrustedProxies>();

/** Sets the proxies that an app trusts. */
export function trustProxies(server: object, trusted: TrustedProxies): void {
  proxies.set(server, trusted);
}

/** The client's real address: it reads `X-Forwarded-For` only from trusted proxies. */
export function clientAddressOf(request: FastifyRequest): string {
  return proxies.get(request.server)?.clientAddress(request) ?? request.socket.remoteAddress ?? '';
}

/** Whether the peer is a proxy whose `X-Forwarded-*` headers we accept. */
export function isFromTrustedProxy(request: FastifyRequest): boolean {
  return proxies.get(request.server)?.isTrusted(request.socket.remoteAddress ?? '') ?? false;
}

const longestUserAgent = 300;

/** A request's address and program, by which people recognise their sessions. */
export interface ClientFacts {
  readonly address: string;
  /** As the program sends it, at most 300 characters; null if it sends none. */
  readonly userAgent: string | null;
  /** It wants its refresh token in a cookie: `X-Session: cookie`. */
  readonly inCookie: boolean;
}

export function clientFactsOf(request: FastifyRequest): ClientFacts {
  const userAgent = request.headers['user-agent']?.trim().slice(0, longestUserAgent);
  const known = userAgent === undefined || userAgent === '' ? null : userAgent;
  return { address: clientAddressOf(request), userAgent: known, inCookie: wantsCookie(request) };
}

/** Whether a client wants its refresh token in a cookie. */
export function wantsCookie(request: FastifyRequest): boolean {
  return String(request.headers['x-session'] ?? '').toLowerCase() === 'cookie';
}
