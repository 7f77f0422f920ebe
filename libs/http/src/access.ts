import { Forbidden, MfaSetupRequired } from '@helpdeskly/errors';
import { applyDecorators, type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Access, factsOf, keyScheme, RouteFacts, type RouteFactsOf, setupRoutes } from './wire/route-facts.js';
import { inputOf } from './input/undeclared-input.js';

const declare = (access: Access) =>
  applyDecorators(
    RouteFacts((target, key) => ({ access, input: inputOf(target, key) })),
    ApiExtension('x-access', access),
  );

/** Open to callers without a token. */
export const Public = () => declare('public');

/** Open to every role. */
export const AnyRole = () => applyDecorators(declare('any'), ApiBearerAuth());

/** Open only to these roles. */
export const Roles = (...roles: string[]) => applyDecorators(declare(roles), ApiBearerAuth());

/** Open to API keys that have this scope, and a role that may call the route. */
export const KeyScope = (scope: string) =>
  applyDecorators(RouteFacts({ scope }), ApiExtension('x-scope', scope), ApiSecurity(keyScheme));

/** Closed to API keys that have scopes. So is a route that says nothing; this says that somebody thought of it. */
export const NoKeys = () => applyDecorators(RouteFacts({ scope: null }), ApiExtension('x-scope', null));

/** The access that a route declared; if undefined, nobody may call it. */
export function accessOf(config: unknown): Access | undefined {
  return (config as { access?: Access } | undefined)?.access;
}

/** Throws Forbidden or MfaSetupRequired if the route's access, or its scope, does not permit the request's actor. */
export function assertMayCall(
  { access, scope }: Pick<RouteFactsOf, 'access' | 'scope'>,
  { actor, routeOptions }: FastifyRequest,
): void {
  if (access === 'public') return;
  if (actor === undefined || access === undefined) throw new Forbidden('Nobody may call this route.');
  if (actor.mustSetUpMfa === true && routeOptions.url?.startsWith(setupRoutes) !== true) throw new MfaSetupRequired();
  if (access !== 'any' && !access.includes(actor.role)) throw new Forbidden();
  if (actor.scopes === undefined) return;
  if (typeof scope !== 'string') throw new Forbidden('API keys cannot call this route.');
  if (!actor.scopes.includes(scope)) throw new Forbidden(`This needs an API key with the scope ${scope}.`);
}

/** Denies by default: a handler without roles or `Public` is closed, even to signed-in actors. */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    assertMayCall(factsOf(request), request);
    return true;
  }
}
