import type { AppConfig } from '@helpdeskly/config';
import { clientAddressOf, networkOf, type RateLimit, type RateLimitPolicy } from '@helpdeskly/http';
import type { FastifyRequest } from 'fastify';

/**
 * Requests a minute of one user, and of one tenant by its own limit. Callers without a token are counted by their address:
 * a stranger must not be able to use up what a tenant's own people may do.
 */
export class TenantRates implements RateLimitPolicy {
  constructor(private readonly config: Pick<AppConfig, 'userRequestsPerMinute'>) {}

  limitsOf(request: FastifyRequest): readonly RateLimit[] {
    const { tenant, actor } = request;
    if (tenant === undefined) return [];
    const perMinute = this.config.userRequestsPerMinute;
    if (actor === undefined) return [{ key: `${tenant.id}/${networkOf(clientAddressOf(request))}`, perMinute }];
    return [
      { key: actor.id, perMinute },
      { key: tenant.id, perMinute: tenant.requestsPerMinute },
    ];
  }
}
