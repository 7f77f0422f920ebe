import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Pages } from '../http-app.js';
import { isApiPath } from '../wire/base-path.js';
import { sendNotFound } from '../wire/request-checks.js';
import type { Page, PageFiles } from './page-files.js';

/** Nothing but our own files runs, and no text becomes code: Trusted Types name the two places that may make markup or a script's address. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types dompurify helpdeskly',
].join('; ');

const forever = 'public, max-age=31536000, immutable';

/** Serves an app's pages: `/assets/…`, and the page that `choose` finds for every path that belongs to nobody else. */
export class ServedPages implements Pages {
  constructor(
    private readonly files: PageFiles,
    private readonly choose: (request: FastifyRequest) => Page,
  ) {}

  serveAssets(server: FastifyInstance): void {
    server.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
      const asset = this.files.asset(request.params.name);
      if (asset === undefined) return sendNotFound(request, reply);
      const etag = `"${asset.name}"`;
      guard(reply).header('cache-control', forever).header('etag', etag);
      if (asset.compressed) reply.header('vary', 'Accept-Encoding');
      if (isFresh(request, etag)) return reply.code(304).send();
      const encoding = asset.compressed && acceptsBrotli(request) ? 'br' : undefined;
      if (encoding !== undefined) reply.header('content-encoding', encoding);
      return reply.type(asset.type).send(await this.files.read(asset, encoding));
    });
  }

  /** Answers a request for which there is no route, if a person has asked for a page. */
  answer(request: FastifyRequest, reply: FastifyReply): boolean {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const [path = ''] = request.originalUrl.split('?', 1);
    if (path !== '/' && !(isPagePath(path) && acceptsHtml(request))) return false;
    this.send(this.choose(request), request, reply);
    return true;
  }

  private send({ body, etag }: Page, request: FastifyRequest, reply: FastifyReply): void {
    guard(reply).header('cache-control', 'no-cache').header('etag', etag).header('vary', 'Accept');
    if (isFresh(request, etag)) reply.code(304).send();
    else reply.code(200).type('text/html; charset=utf-8').send(body);
  }
}

function guard(reply: FastifyReply): FastifyReply {
  return reply
    .header('content-security-policy', contentSecurityPolicy)
    .header('x-frame-options', 'DENY')
    .header('referrer-policy', 'no-referrer')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cross-origin-resource-policy', 'same-origin');
}

/** Whether an app may have a page there: plain segments, none of them a way out of a folder or the name of a file. */
function isPagePath(path: string): boolean {
  if (isApiPath(path) || !path.startsWith('/')) return false;
  const segments = path.slice(1).split('/');
  return segments.every(
    (segment, index) =>
      /^[\w~-]{1,200}$/.test(segment) || (segment === '' && index > 0 && index === segments.length - 1),
  );
}

function acceptsHtml({ headers }: FastifyRequest): boolean {
  return accepts(headers.accept, 'text/html');
}

function acceptsBrotli({ headers }: FastifyRequest): boolean {
  return accepts(String(headers['accept-encoding'] ?? ''), 'br');
}

/** Whether a header lists a name itself, and not with the weight 0. */
function accepts(header: string | undefined, name: string): boolean {
  return (header ?? '').split(',').some((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === name && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

function isFresh({ headers }: FastifyRequest, etag: string): boolean {
  const given = headers['if-none-match'];
  return given !== undefined && given.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}
