import { RateLimitPolicy, type RateLimit } from '@helpdeskly/http';
import type { FastifyRequest } from 'fastify';

/** Each operator and each API key has as many requests a minute as a tenant's user. */
export class OperatorRates extends RateLimitPolicy {
  constructor(private readonly perMinute: number) {
    super();
  }

  limitsOf({ actor }: FastifyRequest): readonly RateLimit[] {
    return actor === undefined ? [] : [{ key: `${actor.kind}:${actor.id}`, perMinute: this.perMinute }];
  }
}
