import type { ControlConfig } from '@helpdeskly/config';
import { RateLimitPolicy, type RateLimit } from '@helpdeskly/http';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { controlConfig } from '../configuration/tokens.js';

/** Each operator and each API key may make as many requests a minute as a tenant's user. */
@Injectable()
export class OperatorRates extends RateLimitPolicy {
  constructor(@Inject(controlConfig) private readonly config: ControlConfig) {
    super();
  }

  limitsOf({ actor }: FastifyRequest): readonly RateLimit[] {
    const { userRequestsPerMinute: perMinute } = this.config;
    return actor === undefined ? [] : [{ key: `${actor.kind}:${actor.id}`, perMinute }];
  }
}
