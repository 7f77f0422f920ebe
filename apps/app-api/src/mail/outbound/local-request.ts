import type { FastifyRequest } from 'fastify';
import { isLoopback } from './loopback.js';

const ownNames = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;
const forwarding = /^(?:forwarded|via|x-real-ip|x-forwarded(?:-.*)?)$/i;

/**
 * Whether a request comes from this machine itself: its peer and its one `Host` are loopback, and nobody has forwarded it. A page of another
 * name that leads to this machine (DNS rebinding) has another `Host`.
 */
export function isLocal({ raw }: Pick<FastifyRequest, 'raw'>): boolean {
  const names = raw.rawHeaders.filter((_, index) => index % 2 === 0);
  const hosts = names.filter((name) => name.toLowerCase() === 'host');
  return (
    isLoopback(raw.socket.remoteAddress ?? '') &&
    hosts.length === 1 &&
    ownNames.test(raw.headers.host ?? '') &&
    raw.url?.startsWith('/') === true &&
    !names.some((name) => forwarding.test(name))
  );
}
