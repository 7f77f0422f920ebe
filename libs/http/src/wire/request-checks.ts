import { TokenInvalid, ValidationFailed } from '@helpdeskly/errors';
import { Metrics } from '@helpdeskly/service';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Authenticator } from '../actor.js';
import { sendProblem } from '../answers/problem.filter.js';
import { EdgeError, routeNotFound } from '../answers/problems.js';
import { RateLimitMetrics } from '../limits/rate-limit-metrics.js';
import { RequestRates } from '../limits/rate-limit.js';
import type { SharedCounters } from '../limits/shared-counters.js';
import { factsOf } from './route-facts.js';
import { doubledHeader } from './single-headers.js';
import { leadTo } from './fastify-request.js';

/** Sets the headers of every answer. */
export function beginAnswer(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id);
  reply.header('cache-control', 'no-store');
  reply.header('x-content-type-options', 'nosniff');
}

/** Nothing is at this path. */
export function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  sendProblem(routeNotFound(), request, reply);
  return reply;
}

/** Answers a request without a route, and says whether it did. */
export type AnswerUnknown = (request: FastifyRequest, reply: FastifyReply) => boolean;

/** The first check: whether the route exists. If not, nothing else of the request is examined. */
export function checkRoute(server: FastifyInstance, answerUnknown: AnswerUnknown): void {
  server.addHook('onRequest', (request, reply, done) => {
    beginAnswer(request, reply);
    if (request.is404) {
      if (!answerUnknown(request, reply)) sendNotFound(request, reply);
      return;
    }
    leadTo(request);
    done();
  });
}

/**
 * After the middleware, and before any byte of the body is read: checks host, token, rate, and headers that may occur once. It also
 * refuses a route that declared no access.
 */
export function checkCaller(app: NestFastifyApplication, shared?: SharedCounters): void {
  const authenticator = app.get(Authenticator, { strict: false });
  const rates = app.get(RequestRates, { strict: false });
  new RateLimitMetrics(app.get(Metrics, { strict: false }).registry, {
    windows: () => rates.size,
    shared: () => shared?.answers === true,
  });
  const assertSentOnce = (doubled: string | undefined) => {
    if (doubled !== undefined)
      throw new ValidationFailed([{ field: doubled, code: 'repeated', message: 'Send this header only once.' }]);
  };
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      const { access } = factsOf(request);
      // The docs and the queue board declare no access: they are open, or check their callers themselves.
      const isUnchecked = access === undefined || access === 'public';
      if (isUnchecked && request.routeOptions.url?.startsWith('/api/') !== true) return done();
      try {
        const doubled = doubledHeader(request.raw.rawHeaders);
        checkHost(request, doubled);
        if (access !== 'public') {
          if (access === undefined) throw new TokenInvalid('Nobody may call this route.');
          if (doubled === 'authorization') throw new TokenInvalid('Send credentials only once.');
          const actor = authenticator.authenticate(request);
          if (actor instanceof Promise) {
            actor
              .then((known) => {
                request.actor = known;
                return rates.count(request, reply);
              })
              .then(() => assertSentOnce(doubled))
              .then(() => done(), done);
            return;
          }
          request.actor = actor;
        }
        const counting = rates.count(request, reply);
        if (counting instanceof Promise) {
          counting.then(() => assertSentOnce(doubled)).then(() => done(), done);
          return;
        }
        assertSentOnce(doubled);
        done();
      } catch (error) {
        done(error as Error);
      }
    });
}

/** RFC 9112, 3.2: a request has one Host, and a target in absolute form names the same host. */
function checkHost({ raw, headers: { host } }: FastifyRequest, doubled: string | undefined): void {
  if (host === undefined || host === '' || doubled === 'host')
    throw new EdgeError('host_invalid', 'A request must have exactly one Host header, and it must not be empty.');
  const target = (raw as { originalUrl?: string }).originalUrl ?? raw.url ?? '';
  if (target.startsWith('/')) return;
  const [, authority = ''] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target) ?? [];
  if (withoutPort(authority) !== withoutPort(host))
    throw new EdgeError('host_invalid', "The request's target and its Host header name different hosts.");
}

const withoutPort = (authority: string) => authority.replace(/:\d*$/, '').toLowerCase();
