import type { Readiness } from '@helpdeskly/service';
import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PageMeta } from './paging.js';
import { factsOf, RouteFacts } from '../wire/route-facts.js';

declare module 'fastify' {
  interface FastifyReply {
    /** The status to answer with in place of the handler's usual one. */
    answerStatus?: number;
    /** The code of the problem that it is answered with. */
    problemCode?: string;
  }
}

/** Where a created resource is: the path under /api/v1 for what the handler answered. */
export const LocationOf = (path: (body: never) => string) =>
  applyDecorators(RouteFacts({ location: path }), ApiExtension('x-located', true));

/** That the cursor of the next page goes into this parameter, not into `cursor`. */
export const PagedBy = (parameter: string) =>
  applyDecorators(RouteFacts({ pagedBy: parameter }), ApiExtension('x-problems', ['invalid_cursor']));

/** Answers get the status that was set for them and the headers that follow from their bodies. */
export function finishAnswers(server: FastifyInstance, readiness: Readiness): void {
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

/** ETag by the version of a resource, Link by the cursor of a page, Location by what was made. */
export function addHeaders(request: FastifyRequest, reply: FastifyReply, body: unknown): void {
  if (typeof body !== 'object' || body === null || (reply.answerStatus ?? reply.statusCode) >= 300) return;
  const { version, meta } = body as { version?: unknown; meta?: PageMeta };
  if (typeof version === 'number') reply.header('etag', `"${version}"`);
  if (typeof meta?.nextCursor === 'string')
    reply.header('link', `<${nextTarget(request, meta.nextCursor)}>; rel="next"`);
  const location = factsOf(request).location as ((body: unknown) => string) | undefined;
  if (location !== undefined && !reply.hasHeader('location')) reply.header('location', `/api/v1${location(body)}`);
}

/** The same list from a cursor on. A first page, which has no cursor to replace, needs no URL to be parsed. */
function nextTarget(request: FastifyRequest, cursor: string): string {
  const { url, query } = request;
  const { pagedBy = 'cursor' } = factsOf(request);
  if (url.startsWith('/') && (query as Record<string, unknown>)[pagedBy] === undefined)
    return `${url}${url.includes('?') ? '&' : '?'}${pagedBy}=${cursor}`;
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  searchParams.set(pagedBy, cursor);
  return `${pathname}?${searchParams.toString()}`;
}
