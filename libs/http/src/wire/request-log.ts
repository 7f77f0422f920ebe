import type { DomainError } from '@helpdeskly/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { HttpMetrics } from './http-metrics.js';
import { clientAddressOf, type LogFacts } from './request-facts.js';
import { traceOf } from './request-trace.js';

declare module 'fastify' {
  interface FastifyReply {
    /** Of an answer without an end: milliseconds until it began. */
    answeredAfterMs?: number;
  }
}

/** Logs requests and their failures; each line names its request. */
export class RequestLog {
  /** For lines whose fields are all known here and not secret: a search for secrets costs more than the line. */
  private readonly plain: Logger;

  constructor(
    private readonly logger: Logger,
    private readonly factsOf: LogFacts = () => ({}),
  ) {
    this.plain = logger.child({}, { redact: [] });
  }

  /** Writes one line and one observation for each request, after its answer. */
  watch(server: FastifyInstance, metrics: HttpMetrics): void {
    server.addHook('onResponse', (request, reply, done) => {
      const route = request.is404 ? '(none)' : (request.routeOptions.url ?? '(none)');
      const ms = reply.answeredAfterMs ?? reply.elapsedTime;
      const status = reply.statusCode;
      const bytes = Number(reply.getHeader('content-length') ?? 0);
      metrics.answered(
        { method: request.method, route },
        { status, seconds: ms / 1000, bytes, problem: reply.problemCode },
      );
      const [path] = request.url.split('?', 1);
      this.plain.info({
        requestId: request.id,
        method: request.method,
        route,
        path,
        status,
        ms: Math.round(ms * 10) / 10,
        address: clientAddressOf(request),
        ...this.factsOf(request),
        ...traceOf(request),
      });
      done();
    });
  }

  /** Logs a fault of our own. */
  fault(request: FastifyRequest, error: unknown): void {
    this.logger.error(
      { requestId: request.id, ...this.factsOf(request), ...traceOf(request), err: error },
      'a request failed',
    );
  }

  /** Logs that something we depend on is away or full; `cause` is its error, if any. */
  outage(request: FastifyRequest, { code }: DomainError, cause: unknown): void {
    this.logger.warn(
      { requestId: request.id, ...this.factsOf(request), ...traceOf(request), code, cause },
      'a request could not be served',
    );
  }
}
