import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Metrics } from './metrics.js';

/** What a request's log line says beside the usual, such as its tenant. */
export type LogFacts = (request: FastifyRequest) => Record<string, unknown>;

/** One line and one observation for each request, when its answer has gone out. */
export function logRequests(app: NestFastifyApplication, logger: Logger, factsOf: LogFacts | undefined): void {
  const metrics = app.get(Metrics, { strict: false });
  app.getHttpAdapter().getInstance().addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? '(none)' : (request.routeOptions.url ?? '(none)');
    const ms = reply.elapsedTime;
    metrics.observe(request.method, route, reply.statusCode, ms / 1000);
    const [path] = request.url.split('?', 1);
    logger.info({ requestId: request.id, method: request.method, route, path, status: reply.statusCode, ms: Math.round(ms * 10) / 10, ...factsOf?.(request) });
    done();
  });
}
