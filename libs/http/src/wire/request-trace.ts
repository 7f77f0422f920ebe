import { type OpenSpan, type SpanOptions, tracing } from '@helpdeskly/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LogFacts } from './request-facts.js';
import type { TrustedProxies } from './trusted-proxies.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** While traces are on. */
    span?: OpenSpan;
  }
}

/**
 * Each request as a span, named by its route, and whatever it causes below it. To be added before every other hook. Health
 * is asked too often to be of interest.
 */
export function traceRequests(server: FastifyInstance, proxies: TrustedProxies, factsOf: LogFacts): void {
  const on = tracing();
  if (on === undefined) return;
  server.addHook('onRequest', (request, reply, done) => {
    const { url: route } = request.routeOptions;
    if (route?.startsWith('/health') === true) return done();
    const facts = { 'http.request.method': request.method, 'http.route': route, 'helpdeskly.request_id': request.id };
    const span = on.begin(route === undefined || request.is404 ? request.method : `${request.method} ${route}`, {
      kind: 'server',
      facts,
      ...causeOf(request, proxies),
    });
    request.span = span;
    reply.raw.once('close', () => endSpan(span, request, reply, factsOf));
    span.run(done);
  });
  // What reads the body goes on in whatever its last piece arrived in.
  server.addHook('preValidation', (request, _reply, done) => {
    if (request.span === undefined) done();
    else request.span.run(done);
  });
}

/** A proxy of ours goes on with its trace. Anybody else's is no parent: strangers would decide what is kept, and join traces. */
function causeOf(request: FastifyRequest, proxies: TrustedProxies): Pick<SpanOptions, 'parent' | 'link'> {
  const { traceparent } = request.headers;
  if (typeof traceparent !== 'string') return { parent: 'none' };
  if (proxies.isTrusted(request.socket.remoteAddress ?? '')) return { parent: { traceparent } };
  return { parent: 'none', link: traceparent };
}

function endSpan(span: OpenSpan, request: FastifyRequest, reply: FastifyReply, factsOf: LogFacts): void {
  const { tenant } = factsOf(request);
  const { headersSent, statusCode, writableFinished } = reply.raw;
  span.note({
    ...(typeof tenant === 'string' ? { 'helpdeskly.tenant': tenant } : {}),
    ...(headersSent ? { 'http.response.status_code': statusCode } : {}),
  });
  if (headersSent && statusCode >= 500) span.fail({ code: String(statusCode) });
  else if (!writableFinished) span.fail({ code: 'client_left' });
  span.end();
}

/** What a line about a request says of its trace. */
export function traceOf({ span }: FastifyRequest): { readonly traceId?: string } {
  return span?.sampled === true ? { traceId: span.traceId } : {};
}
