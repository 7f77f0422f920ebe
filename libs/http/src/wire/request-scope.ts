import type { FastifyInstance, FastifyRequest } from 'fastify';
import { assertMayCall } from '../access.js';
import type { RequestLog } from './request-log.js';
import { factsOf } from './route-facts.js';
import { refuseUndeclared } from '../input/undeclared-input.js';

/** What an app puts around a handler, such as the tenant's context. */
export abstract class RequestScope {
  /** Runs `work`, which ends when the request's answer is about to be sent, or its connection was taken over and closed. */
  abstract run<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends the scope that the handler runs in. */
    leaveScope?: () => void;
  }
}

/**
 * Last before a handler, once the body is there: its role, input that it does not read, then the app's scope. A hook rather
 * than an interceptor, since the first interceptor puts every answer through several observables.
 */
export function enterScope(server: FastifyInstance, scope: RequestScope, log: RequestLog): void {
  server.addHook('preHandler', (request, reply, done) => {
    const { access, input } = factsOf(request);
    if (access === undefined) return done(); // The docs; a handler that forgot is closed by AccessGuard.
    try {
      assertMayCall(access, request);
      if (input !== undefined) refuseUndeclared(request, input);
    } catch (error) {
      return done(error as Error);
    }
    let entered = false;
    const handling = scope.run(request, () => {
      entered = true;
      const handled = new Promise<void>((resolve) => (request.leaveScope = resolve));
      // A handler that takes the connection over sends nothing; one whose client left still works, and sends in the end.
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
