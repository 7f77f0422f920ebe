import { Forbidden } from '@helpdeskly/errors';
import { applyDecorators, type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RouteFacts } from './route-facts.js';

/** Who may call a route: everybody, everybody who is signed in, or some roles. */
export type Access = 'public' | 'any' | readonly string[];

const declare = (access: Access) => applyDecorators(RouteFacts({ access }), ApiExtension('x-access', access));

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

/** Denies by default: a handler that names neither roles nor `Public` is closed, even to those who are signed in. */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const access = accessOf(request.routeOptions.config);
    if (access === 'public') return true;
    const role = request.actor?.role;
    if (role === undefined || access === undefined) throw new Forbidden('This route is not open to anybody.');
    if (access === 'any' || access.includes(role)) return true;
    throw new Forbidden();
  }
}
