import { Forbidden } from '@helpdeskly/errors';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Only an OWNER may delete without a grace period; the role is checked before the rest of the request. */
@Injectable()
export class PurgeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { actor, query } = context.switchToHttp().getRequest<FastifyRequest<{ Querystring: { purge?: unknown } }>>();
    if (query.purge === 'now' && actor?.role !== 'OWNER')
      throw new Forbidden('Only an OWNER may purge a tenant at once.');
    return true;
  }
}
