import { Metrics } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';

/** The outcomes of a request with an Idempotency-Key. */
const results = ['first', 'replayed', 'in_progress', 'reused', 'failed'] as const;
export type IdempotencyResult = (typeof results)[number];

/** How often an Idempotency-Key saved a second write. */
@Injectable()
export class IdempotencyMetrics {
  private readonly requests: Counter<'result'>;

  constructor({ registry }: Metrics) {
    this.requests = new Counter({
      name: 'helpdeskly_http_idempotent_requests_total',
      help: 'Requests with an Idempotency-Key, by what became of them',
      labelNames: ['result'],
      registers: [registry],
    });
    for (const result of results) this.requests.inc({ result }, 0);
  }

  count(result: IdempotencyResult): void {
    this.requests.inc({ result });
  }
}
