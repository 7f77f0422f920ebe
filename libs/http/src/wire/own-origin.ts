import type { FastifyRequest } from 'fastify';
import { isFromTrustedProxy } from './request-facts.js';

/** The origin to which a request was made, as its client wrote it. */
export interface OwnOrigin {
  readonly isSecure: boolean;
  /** With its port, in lower case. */
  readonly host: string;
}

/** Accepts `X-Forwarded-Proto` and `X-Forwarded-Host` only from trusted proxies. */
export function ownOriginOf(request: FastifyRequest): OwnOrigin {
  const forwarded = (name: string) =>
    isFromTrustedProxy(request)
      ? String(request.headers[name] ?? '')
          .split(',', 1)[0]
          ?.trim()
      : undefined;
  const scheme = forwarded('x-forwarded-proto') || request.protocol;
  const host = forwarded('x-forwarded-host') || request.headers.host || '';
  return { isSecure: scheme.toLowerCase() === 'https', host: host.toLowerCase() };
}

/** Whether browsers keep requests to this origin on the machine, so that plain http reveals nothing. */
export function isLoopback({ host }: OwnOrigin): boolean {
  const name = host.replace(/:\d*$/, '').replace(/\.$/, '');
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/**
 * Whether the page that makes a request has the same origin as the request, according to the browser. `unsaid` if the client says
 * nothing, as programs do. A page with https may call an origin that looks like plain http here, because an untrusted proxy
 * may have ended TLS.
 */
export function callingPage(request: FastifyRequest): 'own' | 'foreign' | 'unsaid' {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return 'foreign';
  if (origin === undefined) return site === undefined ? 'unsaid' : 'own';
  return isOwn(origin, ownOriginOf(request)) ? 'own' : 'foreign';
}

function isOwn(origin: string, own: OwnOrigin): boolean {
  const [, scheme, host = ''] = /^(https?):\/\/([^/]+)$/.exec(origin.toLowerCase()) ?? [];
  if (scheme === undefined || (own.isSecure && scheme !== 'https')) return false;
  const standard = scheme === 'https' ? ':443' : ':80';
  const withoutStandard = (name: string) => (name.endsWith(standard) ? name.slice(0, -standard.length) : name);
  return withoutStandard(host) === withoutStandard(own.host);
}
