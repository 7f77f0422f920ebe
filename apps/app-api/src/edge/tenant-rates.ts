import type { AppConfig } from '@helpdeskly/config';
import type { RateLimit, RateLimitPolicy } from '@helpdeskly/http';
import type { FastifyRequest } from 'fastify';

/** Requests a minute of one user, and of one tenant by its own limit. */
export class TenantRates implements RateLimitPolicy {
  constructor(private readonly config: Pick<AppConfig, 'userRequestsPerMinute'>) {}

  limitsOf({ tenant, actor }: FastifyRequest): readonly RateLimit[] {
    if (tenant === undefined) return [];
    const ofTenant = { key: tenant.id, perMinute: tenant.requestsPerMinute };
    return actor === undefined
      ? [ofTenant]
      : [{ key: actor.id, perMinute: this.config.userRequestsPerMinute }, ofTenant];
  }
}
