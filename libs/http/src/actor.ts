import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** The caller of a request. `role` is one of the roles that the app's handlers name. */
export interface Actor {
  readonly kind: 'USER' | 'OPERATOR' | 'API_KEY';
  readonly id: string;
  readonly role: string;
  readonly name: string;
  /** On what the caller's rights hang: a session, or a tenant's API key. */
  readonly sessionId?: string;
  /** Of an API key that may call only some routes; undefined: whatever its role may. */
  readonly scopes?: readonly string[];
  /** A second factor is demanded of this account, and it has none: only `/auth/*` is open to it. */
  readonly mustSetUpMfa?: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication hook; missing on public routes. */
    actor?: Actor;
  }
}

/** Authenticates an app's callers. */
export abstract class Authenticator {
  /** The actor of a request's credentials, synchronously if cached. Throws TokenInvalid. */
  abstract authenticate(request: FastifyRequest): Actor | Promise<Actor>;
}

/** The request's actor, in a handler that is not public. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<FastifyRequest>();
  if (actor === undefined) throw new Error('this handler is public: it has no actor');
  return actor;
});
