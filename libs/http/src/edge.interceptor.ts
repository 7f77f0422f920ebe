import { applyDecorators, type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { IdempotencyAnswers, RequestScope } from './idempotency.js';
import type { PageMeta } from './paging.js';
import { refuseUndeclared } from './undeclared-input.js';
import { RouteFacts } from './route-facts.js';

declare module 'fastify' {
  interface FastifyReply {
    /** The status to answer with in place of the handler's usual one. */
    answerStatus?: number;
  }
}

/** Where a created resource is: the path under /api/v1 for what the handler answered. */
export const LocationOf = (path: (body: never) => string) => applyDecorators(RouteFacts({ location: path }), ApiExtension('x-located', true));

/**
 * Stands around every handler: enters the app's scope (a tenant's context), honours Idempotency-Key, and adds the headers
 * that follow from the body: ETag, Location, Link.
 */
@Injectable()
export class EdgeInterceptor implements NestInterceptor {
  constructor(
    @Inject(RequestScope) private readonly scope: RequestScope,
    private readonly idempotency: IdempotencyAnswers,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    refuseUndeclared(context, request);
    const handle = async () => {
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      addHeaders(request, reply, body);
      return body;
    };
    return of(await this.scope.run(request, () => this.answer(request, reply, handle)));
  }

  private async answer(request: FastifyRequest, reply: FastifyReply, handle: () => Promise<unknown>): Promise<unknown> {
    const key = IdempotencyAnswers.keyOf(request);
    if (key === undefined) return handle();
    const answer = await this.idempotency.run(request, reply, key, async () => {
      const body = await handle();
      return { status: reply.answerStatus ?? reply.statusCode, body };
    });
    if (answer.replayed) reply.header('idempotency-replayed', 'true');
    if (answer.replayed || answer.status >= 400) {
      reply.answerStatus = answer.status;
      reply.headers(answer.headers);
    }
    return answer.body;
  }
}

function addHeaders(request: FastifyRequest, reply: FastifyReply, body: unknown): void {
  if (typeof body !== 'object' || body === null) return;
  const { version, meta } = body as { version?: unknown; meta?: PageMeta };
  if (typeof version === 'number') reply.header('etag', `"${version}"`);
  if (typeof meta?.nextCursor === 'string') reply.header('link', `<${nextUrl(request, meta.nextCursor)}>; rel="next"`);
  const { location } = request.routeOptions.config as { location?: (body: unknown) => string };
  if (location !== undefined && !reply.hasHeader('location')) reply.header('location', `/api/v1${location(body)}`);
}

function nextUrl(request: FastifyRequest, cursor: string): string {
  const url = new URL(request.url, 'http://localhost');
  url.searchParams.set('cursor', cursor);
  return `${url.pathname}${url.search}`;
}
