import type { Readiness } from '@helpdeskly/service';
import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PageMeta } from './paging.js';
import { toJson } from './written-answer.js';
import { factsOf, RouteFacts } from '../wire/route-facts.js';

declare module 'fastify' {
  interface FastifyReply {
    /** The status of the answer, instead of the handler's usual one. */
    answerStatus?: number;
    /** The code of the answered problem. */
    problemCode?: string;
  }
}

/** Sets the Location of a created resource: the path under /api/v1 for the handler's answer. */
export const LocationOf = (path: (body: never) => string | undefined) =>
  applyDecorators(RouteFacts({ location: path }), ApiExtension('x-located', true));

/** The next page's cursor goes into this parameter, not into `cursor`. */
export const PagedBy = (parameter: string) =>
  applyDecorators(RouteFacts({ pagedBy: parameter }), ApiExtension('x-problems', ['invalid_cursor']));

/** Writes answers; sets each one's status and the headers that follow from its body. */
export function finishAnswers(server: FastifyInstance, readiness: Readiness): void {
  server.setReplySerializer(toJson);
  server.addHook('preSerialization', (request, reply, body, done) => {
    addHeaders(request, reply, body);
    done(null, body);
  });
  server.addHook('onSend', (_request, reply, payload, done) => {
    const { answerStatus } = reply;
    if (answerStatus !== undefined) reply.code(answerStatus);
    if (readiness.draining) reply.header('connection', 'close');
    done(null, payload);
  });
}

/** ETag from a resource's version, Link from a page's cursor, Location from the created resource. */
export function addHeaders(request: FastifyRequest, reply: FastifyReply, body: unknown): void {
  if (typeof body !== 'object' || body === null || (reply.answerStatus ?? reply.statusCode) >= 300) return;
  const { version, meta } = body as { version?: unknown; meta?: PageMeta };
  if (typeof version === 'number') reply.header('etag', `"${version}"`);
  if (typeof meta?.nextCursor === 'string')
    reply.header('link', `<${nextTarget(request, meta.nextCursor)}>; rel="next"`);
  const locate = factsOf(request).location as ((body: unknown) => string | undefined) | undefined;
  if (locate === undefined || reply.hasHeader('location')) return;
  const location = locate(body);
  if (location !== undefined) reply.header('location', `/api/v1${location}`);
}

/** The URL of the same list with this cursor. A first page has no cursor to replace, so its URL need not be parsed. */
function nextTarget(request: FastifyRequest, cursor: string): string {
  const { url, query } = request;
  const { pagedBy = 'cursor' } = factsOf(request);
  if (url.startsWith('/') && (query as Record<string, unknown>)[pagedBy] === undefined)
    return `${url}${url.includes('?') ? '&' : '?'}${pagedBy}=${cursor}`;
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  searchParams.set(pagedBy, cursor);
  return `${pathname}?${searchParams.toString()}`;
}
