import { Metrics } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { type Attempted, WebhookFailure } from './webhook-request.js';

/** How attempts of this process ended, and how long they took. */
@Injectable()
export class WebhookMetrics {
  private readonly attempts: Counter<'outcome'>;
  private readonly seconds: Histogram;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.attempts = new Counter({
      name: 'helpdeskly_webhook_attempts_total',
      help: 'Attempts to deliver to webhooks, by what became of them',
      labelNames: ['outcome'],
      registers,
    });
    const { WEBHOOK_DISABLED: _unsent, ...failures } = WebhookFailure;
    for (const outcome of ['delivered', ...Object.values(failures).map(nameOf)]) this.attempts.inc({ outcome }, 0);
    this.seconds = new Histogram({
      name: 'helpdeskly_webhook_attempt_seconds',
      help: 'How long attempts to deliver to webhooks took',
      buckets: [0.05, 0.25, 1, 5, 15],
      registers,
    });
  }

  attempted({ failure, durationMs }: Attempted): void {
    this.attempts.inc({ outcome: failure === undefined ? 'delivered' : nameOf(failure) });
    this.seconds.observe(durationMs / 1000);
  }
}

const nameOf = (failure: WebhookFailure) => failure.toLowerCase();
