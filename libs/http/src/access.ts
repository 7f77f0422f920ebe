import { Forbidden, MfaSetupRequired } from '@helpdeskly/errors';
import { applyDecorators, type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Access, factsOf, RouteFacts, setupRoutes } from './wire/route-facts.js';
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

/** The access that a route declared; if undefined, nobody may call it. */
export function accessOf(config: unknown): Access | undefined {
  return (config as { access?: Access } | undefined)?.access;
}

/** Throws Forbidden or MfaSetupRequired if the route's access does not permit the request's actor. */
export function assertMayCall(access: Access | undefined, { actor, routeOptions }: FastifyRequest): void {
  if (access === 'public') return;
  if (actor === undefined || access === undefined) throw new Forbidden('Nobody may call this route.');
  if (actor.mustSetUpMfa === true && routeOptions.url?.startsWith(setupRoutes) !== true) throw new MfaSetupRequired();
  if (access !== 'any' && !access.includes(actor.role)) throw new Forbidden();
}

/** Denies by default: a handler without roles or `Public` is closed, even to signed-in actors. */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    assertMayCall(factsOf(request).access, request);
    return true;
  }
}
