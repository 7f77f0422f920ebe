import { Forbidden } from '@helpdeskly/errors';
import { applyDecorators, type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Access, factsOf, RouteFacts } from './wire/route-facts.js';
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

/** Open to these roles alone. */
export const Roles = (...roles: string[]) => applyDecorators(declare(roles), ApiBearerAuth());

/** What a route declared, or undefined: then nobody may call it. */
export function accessOf(config: unknown): Access | undefined {
  return (config as { access?: Access } | undefined)?.access;
}

/** Throws Forbidden when a route's access does not let a request's actor in. */
export function assertMayCall(access: Access | undefined, { actor }: FastifyRequest): void {
  if (access === 'public') return;
  if (actor === undefined || access === undefined) throw new Forbidden('Nobody may call this route.');
  if (access !== 'any' && !access.includes(actor.role)) throw new Forbidden();
}

/** Denies by default: a handler that names neither roles nor `Public` is closed, even to those who are signed in. */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    assertMayCall(factsOf(request).access, request);
    return true;
  }
}
