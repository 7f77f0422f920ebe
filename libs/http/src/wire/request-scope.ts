import type { FastifyInstance, FastifyRequest } from 'fastify';
import { assertMayCall } from '../access.js';
import type { RequestLog } from './request-log.js';
import { factsOf } from './route-facts.js';
import { refuseUndeclared } from '../input/undeclared-input.js';

/** The app's context around a handler, such as the tenant's. */
export abstract class RequestScope {
  /** Runs `work`, which ends when the answer is about to be sent, or when a connection that the handler took over is closed. */
  abstract run<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends the scope that the handler runs in. */
    leaveScope?: () => void;
  }
}

/**
 * The last step before a handler, after the body: checks the role and undeclared input, then enters the app's scope. A hook rather
 * than an interceptor, since the first interceptor puts every answer through several observables.
 */
export function enterScope(server: FastifyInstance, scope: RequestScope, log: RequestLog): void {
  server.addHook('preHandler', (request, reply, done) => {
    const facts = factsOf(request);
    if (facts.access === undefined) return done(); // The docs page. AccessGuard refuses a handler that declared no access.
    try {
      assertMayCall(facts, request);
      if (facts.input !== undefined) refuseUndeclared(request, facts.input);
    } catch (error) {
      return done(error as Error);
    }
    let entered = false;
    const handling = scope.run(request, () => {
      entered = true;
      const handled = new Promise<void>((resolve) => (request.leaveScope = resolve));
      // A handler that takes over the connection sends nothing. If its client disconnected, the handler still works, and sends in the end.
      reply.raw.once('close', () => reply.sent && request.leaveScope?.());
      done();
      return handled;
    });
    handling.catch((error: unknown) => (entered ? log.fault(request, error) : done(error as Error)));
  });
  server.addHook('onSend', (request, _reply, payload, done) => {
    request.leaveScope?.();
    done(null, payload);
  });
}
