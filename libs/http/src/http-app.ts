import type { ServiceConfig } from '@helpdeskly/config';
import { AcceptedWork, Metrics, NestLogger, Readiness } from '@helpdeskly/service';
import type { DynamicModule, NestMiddleware, Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import { AccessGuard } from './access.js';
import { prefixRoutes } from './wire/base-path.js';
import { serveDocs } from './openapi/docs-page.js';
import { AcceptedRequests } from './wire/draining.js';
import { writeBigintsAsJson } from './wire/bigint-json.js';
import { limitBodies } from './wire/body-deadline.js';
import { allowOrigins } from './wire/cors.js';
import { finishAnswers } from './answers/answer-headers.js';
import { FailureNotes } from './limits/failure-notes.js';
import { HealthMetrics } from './answers/health-metrics.js';
import { HealthChecks, HealthModule, outcomes } from './answers/health.js';
import { type HttpLoad, HttpMetrics } from './wire/http-metrics.js';
import { IdempotencyMetrics } from './answers/idempotency-metrics.js';
import { IdempotencyAnswers } from './answers/idempotency.js';
import { acceptCsv } from './wire/csv-body.js';
import { ItemAnswers } from './answers/item-answers.js';
import { parseJsonBody } from './wire/json-body.js';
import { LoginThrottle } from './limits/login-throttle.js';
import { acceptMessages } from './wire/message-body.js';
import { acceptFiles, assertTakesJson } from './wire/multipart.js';
import { buildDocument, type DocumentOptions } from './openapi/openapi-document.js';
import { ProblemFilter, sendProblem } from './answers/problem.filter.js';
import { routeNotFound } from './answers/problems.js';
import { beginAnswer, checkCaller, checkRoute } from './wire/request-checks.js';
import { RateLimitPolicy, RequestRates } from './limits/rate-limit.js';
import { type LogFacts, requestIdOf, trustProxies } from './wire/request-facts.js';
import { RequestLog } from './wire/request-log.js';
import { enterScope, RequestScope } from './wire/request-scope.js';
import { traceRequests } from './wire/request-trace.js';
import { SharedCounters } from './limits/shared-counters.js';
import { TrustedProxies } from './wire/trusted-proxies.js';
import { ValidationPipe } from './input/validation.pipe.js';
import { answerOddRequests, httpOptions, refuseMalformed } from './wire/wire.js';

export interface HttpAppOptions extends DocumentOptions {
  readonly config: ServiceConfig;
  readonly logger: Logger;
  /** The service's name in shared counters, such as `app-api`. */
  readonly service: string;
  /** Additional fields of a request's log line, such as its tenant. */
  readonly logFacts?: LogFacts;
  /**
   * Runs for every existing route, after the route check and before the token, for example to find the tenant. Unlike
   * middleware that a module's `configure` applies, it depends on the matched route, not on the spelling of the path.
   */
  readonly middleware?: Type<NestMiddleware>;
  /** Pages for people, behind every route of the API; built when the app's own parts are there. */
  readonly pages?: (app: NestFastifyApplication) => Pages | undefined;
  /** Milliseconds in which a request's headers must arrive, and then its body; default 30 s. */
  readonly requestTimeoutMs?: number;
  /** Milliseconds in which a request with a file must arrive completely; default 5 minutes. */
  readonly fileTimeoutMs?: number;
}

/** What an app shows to people. */
export interface Pages {
  serveAssets(server: FastifyInstance): void;
  answer(request: FastifyRequest, reply: FastifyReply): boolean;
}

const megabyte = 1024 * 1024;

/**
 * Creates an API with its edge: hooks in the order of the checks (route, tenant, token, rate, body, role, validation),
 * problems, validation, idempotency, OpenAPI, health. A global module of the app exports Authenticator, RateLimitPolicy, RequestScope,
 * UnitOfWork, AnswerCipher, ErrorTranslator and HealthChecks. The app does not listen yet.
 */
export async function createHttpApp(
  module: Type | DynamicModule,
  options: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const { config, logger, requestTimeoutMs = 30_000, fileTimeoutMs = 300_000 } = options;
  writeBigintsAsJson();
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    childLoggerFactory: (parent: FastifyBaseLogger) => parent, // Each line names its request; a logger for each request would cost more.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: megabyte,
    http: httpOptions(requestTimeoutMs, fileTimeoutMs),
    requestTimeout: fileTimeoutMs,
    connectionTimeout: 60_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false, // While the server closes, a request on an open connection is still answered, and the connection then ends.
    genReqId: requestIdOf,
    clientErrorHandler: refuseMalformed,
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      beginAnswer(request, reply);
      sendProblem(routeNotFound(), request, reply);
    },
  } as ConstructorParameters<typeof FastifyAdapter>[0]);
  const server = adapter.getInstance<FastifyInstance>();
  const shared =
    config.redisUrl === undefined ? undefined : new SharedCounters(config.redisUrl, options.service, logger);
  const log = new RequestLog(logger, options.logFacts);
  const proxies = new TrustedProxies(config.trustedProxies);
  trustProxies(server, proxies);
  answerOddRequests(server.server);
  traceRequests(server, proxies, options.logFacts ?? (() => ({})));
  limitBodies(server, requestTimeoutMs);
  await allowOrigins(server, config.corsOrigins);
  const people: { pages?: Pages } = {};
  checkRoute(server, (request, reply) => people.pages?.answer(request, reply) === true); // Before Nest's middleware (the tenant) …
  const app = await NestFactory.create<NestFastifyApplication>(edgeModule(module, { log, shared, logger }), adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  prefixRoutes(app);
  if (options.middleware !== undefined) runMiddleware(server, app.get(options.middleware, { strict: false }));
  checkCaller(app, shared); // … and this after it: hooks run in the order in which they are added.
  parseBodies(server);
  enterScope(server, app.get(RequestScope, { strict: false }), log);
  finishAnswers(server, app.get(Readiness, { strict: false }));
  const requests = new AcceptedRequests(server.server);
  app.get(AcceptedWork, { strict: false }).add(requests);
  log.watch(
    server,
    showEdge(app, () => requests.load),
  );
  serveDocs(server, () => buildDocument(app, options), options.title);
  people.pages = options.pages?.(app);
  people.pages?.serveAssets(server);
  return app;
}

/** The app's module with the parts of the edge that every app has. */
function edgeModule(
  module: Type | DynamicModule,
  { log, shared, logger }: { log: RequestLog; shared: SharedCounters | undefined; logger: Logger },
): never {
  return {
    module: class Edge {},
    imports: [module, HealthModule.forRoot()],
    providers: [
      ProblemFilter,
      { provide: APP_FILTER, useExisting: ProblemFilter },
      { provide: APP_GUARD, useClass: AccessGuard },
      { provide: APP_PIPE, useClass: ValidationPipe },
      { provide: RequestLog, useValue: log },
      IdempotencyAnswers,
      IdempotencyMetrics,
      ItemAnswers,
      {
        provide: RequestRates,
        inject: [RateLimitPolicy],
        useFactory: (policy: RateLimitPolicy) => new RequestRates(policy, shared),
      },
      { provide: LoginThrottle, useValue: new LoginThrottle(shared) },
      { provide: FailureNotes, useValue: new FailureNotes(logger) },
      ...(shared === undefined ? [] : [{ provide: SharedCounters, useValue: shared }]),
      Metrics,
    ],
    exports: [FailureNotes, IdempotencyAnswers, IdempotencyMetrics, ItemAnswers, LoginThrottle, Metrics, RequestRates],
    global: true,
  } as never;
}

/** Exposes the edge's own metrics. */
function showEdge(app: NestFastifyApplication, load: () => HttpLoad): HttpMetrics {
  const metrics = app.get(Metrics, { strict: false });
  const health = app.get(HealthChecks, { strict: false });
  const readiness = app.get(Readiness, { strict: false });
  metrics.identify(health.service, health.version);
  new HealthMetrics(metrics.registry, { draining: () => readiness.draining, check: () => outcomes(health) });
  return new HttpMetrics(metrics.registry, load);
}

function runMiddleware(server: FastifyInstance, middleware: NestMiddleware): void {
  server.addHook('onRequest', (request, reply, done) => {
    middleware.use(request.raw, reply.raw, done);
  });
}

function parseBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: megabyte }, (request, body, done) => {
    try {
      assertTakesJson(request);
      done(null, parseJsonBody(body as Buffer, request.headers['content-encoding']));
    } catch (error) {
      done(error as Error);
    }
  });
  acceptFiles(server);
  acceptCsv(server, megabyte);
  acceptMessages(server, 128 * megabyte);
}
