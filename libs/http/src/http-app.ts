import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ServiceConfig } from '@helpdeskly/config';
import { type ErrorCode, TokenInvalid } from '@helpdeskly/errors';
import type { DynamicModule, Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AccessGuard, accessOf } from './access.js';
import { Authenticator } from './actor.js';
import { Draining } from './draining.js';
import { EdgeInterceptor } from './edge.interceptor.js';
import { HealthModule } from './health.js';
import { IdempotencyAnswers } from './idempotency.js';
import { parseJsonBody } from './json-body.js';
import { NestLogger } from './logging.js';
import { LoginThrottle } from './login-throttle.js';
import { Metrics } from './metrics.js';
import { buildDocument } from './openapi.js';
import { ProblemFilter, sendProblem } from './problem.filter.js';
import { EdgeError } from './problems.js';
import { RateLimitPolicy, RequestRates } from './rate-limit.js';
import { requestIdOf, trustProxies } from './request-facts.js';
import { TrustedProxies } from './trusted-proxies.js';
import { ValidationPipe } from './validation.pipe.js';

export interface HttpAppOptions {
  readonly config: ServiceConfig;
  readonly logger: Logger;
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** Problems that every route under /api/v1 may answer with. */
  readonly commonProblems: readonly ErrorCode[];
  /** What a request's log line says beside the usual, such as its tenant. */
  readonly logFacts?: (request: FastifyRequest) => Record<string, unknown>;
}

const fastifyRequestKey = Symbol.for('helpdeskly.fastifyRequest');
const megabyte = 1024 * 1024;

/**
 * An API at its edge: hooks in the order of the contract's checks (route, tenant, token, rate, body, role, validation),
 * problems, validation, idempotency, OpenAPI, health. The module provides Authenticator, RateLimitPolicy, RequestScope,
 * UnitOfWork, AnswerCipher, ErrorTranslator and HealthChecks, exported from a global module. Not listening yet.
 */
export async function createHttpApp(module: Type | DynamicModule, options: HttpAppOptions): Promise<NestFastifyApplication> {
  const { config, logger } = options;
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    disableRequestLogging: true,
    bodyLimit: megabyte,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    genReqId: requestIdOf,
    clientErrorHandler: refuseMalformed,
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      beginRequest(request, reply);
      sendProblem(new EdgeError('route_not_found', 'There is no such route.'), request, reply);
    },
  } as ConstructorParameters<typeof FastifyAdapter>[0]);
  const server = adapter.getInstance();
  trustProxies(server, new TrustedProxies(config.trustedProxies));
  // Hooks added here run before Nest's middleware (the tenant), those added after `create` run after it.
  server.addHook('onRequest', (request, reply, done) => {
    beginRequest(request as FastifyRequest, reply as unknown as FastifyReply);
    (request.raw as unknown as Record<symbol, unknown>)[fastifyRequestKey] = request;
    done();
  });
  const app = await NestFactory.create<NestFastifyApplication>(edgeModule(module), adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  app.setGlobalPrefix('api/v1', { exclude: ['health', 'health/live', 'health/ready', '.well-known/jwks.json'] });
  parseBodies(app);
  authenticate(app);
  observe(app, options);
  const document = buildDocument(app, options);
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'docs/openapi.json', raw: ['json'], customSiteTitle: options.title });
  return app;
}

/** The app's module with what every app has at its edge. */
function edgeModule(module: Type | DynamicModule): never {
  return {
    module: class Edge {},
    imports: [module, HealthModule.forRoot()],
    providers: [
      { provide: APP_FILTER, useClass: ProblemFilter },
      { provide: APP_GUARD, useClass: AccessGuard },
      { provide: APP_PIPE, useClass: ValidationPipe },
      { provide: APP_INTERCEPTOR, useClass: EdgeInterceptor },
      IdempotencyAnswers,
      LoginThrottle,
      Metrics,
    ],
    exports: [IdempotencyAnswers, LoginThrottle, Metrics],
    global: true,
  } as never;
}

function beginRequest(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id);
  reply.header('cache-control', 'no-store');
  reply.header('x-content-type-options', 'nosniff');
}

function parseBodies(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: megabyte }, (_request: unknown, body: Buffer, done: (error: Error | null, value?: unknown) => void) => {
    try {
      done(null, parseJsonBody(body));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Token, then rate, before a byte of the body is read. A route that declared no access is closed here already. */
function authenticate(app: NestFastifyApplication): void {
  const authenticator = app.get(Authenticator, { strict: false });
  const rates = new RequestRates(app.get(RateLimitPolicy, { strict: false }));
  app.getHttpAdapter().getInstance().addHook('onRequest', (request, reply, done) => {
    const incoming = request;
    const outgoing = reply;
    if (incoming.is404) return done();
    const access = accessOf(incoming.routeOptions.config);
    const inApi = incoming.routeOptions.url?.startsWith('/api/') === true;
    try {
      if (access === 'public' || !inApi) {
        if (inApi) rates.count(incoming, outgoing);
        return done();
      }
      if (access === undefined) throw new TokenInvalid('This route is not open to anybody.');
      const actor = authenticator.authenticate(incoming);
      if (!(actor instanceof Promise)) {
        incoming.actor = actor;
        rates.count(incoming, outgoing);
        return done();
      }
      actor
        .then((known) => {
          incoming.actor = known;
          rates.count(incoming, outgoing);
        })
        .then(() => done(), done);
    } catch (error) {
      done(error as Error);
    }
  });
}

function observe(app: NestFastifyApplication, options: HttpAppOptions): void {
  const metrics = app.get(Metrics, { strict: false });
  const server = app.getHttpAdapter().getInstance();
  const draining = new Draining(server.server);
  server.addHook('preClose', (done) => {
    draining.begin();
    done();
  });
  server.addHook('onSend', (_request, reply, payload, done) => {
    const { answerStatus } = reply;
    if (answerStatus !== undefined) reply.code(answerStatus);
    if (draining.active) reply.header('connection', 'close');
    done(null, payload);
  });
  server.addHook('onResponse', (request, reply, done) => {
    const incoming = request;
    const route = incoming.is404 ? '(none)' : (incoming.routeOptions.url ?? '(none)');
    metrics.observe(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    options.logger.info({
      requestId: request.id,
      method: request.method,
      route,
      path: request.url.split('?', 1)[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ...options.logFacts?.(incoming),
    });
    done();
  });
}

/** What Node's HTTP parser refuses never becomes a request: answered on the socket, in the contract's form. */
function refuseMalformed(this: unknown, error: Error & { code?: string }, socket: Socket): void {
  if (socket.destroyed || !socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const [status, text, code] =
    error.code === 'HPE_HEADER_OVERFLOW' ? [431, 'Request Header Fields Too Large', 'validation_failed'] : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? [408, 'Request Timeout', 'validation_failed'] : [400, 'Bad Request', 'validation_failed'];
  const body = JSON.stringify({ type: `urn:helpdeskly:problem:${code}`, title: text, status, detail: 'This is not HTTP as RFC 9112 has it.', code, requestId: requestIdOf({ headers: {} } as IncomingMessage), errors: [] });
  socket.end(`HTTP/1.1 ${status} ${text}\r\nContent-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${body}`);
}

