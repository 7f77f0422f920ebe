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
 * Makes each request a span, named after its route, with everything it causes below it. Add this before every other hook. Health
 * checks are too frequent to be of interest.
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
  // The code after the body runs in the context of the body's last chunk.
  server.addHook('preValidation', (request, _reply, done) => {
    if (request.span === undefined) done();
    else request.span.run(done);
  });
}

/** A request of our own proxy continues the proxy's trace. No one else's trace is a parent: strangers could decide what is kept, and join traces. */
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

/** The trace field of a log line about a request. */
export function traceOf({ span }: FastifyRequest): { readonly traceId?: string } {
  return span?.sampled === true ? { traceId: span.traceId } : {};
}
