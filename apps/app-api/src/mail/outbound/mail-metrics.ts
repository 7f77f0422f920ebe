import { Metrics } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';

/** `sent`: a relay has it. `deferred`: it is tried again. `failed`: it was given up. `dropped`: it was not to leave any more. */
const outcomes = ['sent', 'deferred', 'failed', 'dropped'] as const;
export type MailOutcome = (typeof outcomes)[number];

/** What became of mails that this process tried to send. */
@Injectable()
export class MailMetrics {
  private readonly attempts: Counter<'outcome'>;

  constructor({ registry }: Metrics) {
    this.attempts = new Counter({
      name: 'helpdeskly_mail_attempts_total',
      help: 'Attempts to send a mail, by what became of it',
      labelNames: ['outcome'],
      registers: [registry],
    });
    for (const outcome of outcomes) this.attempts.inc({ outcome }, 0);
  }

  tried(outcome: MailOutcome): void {
    this.attempts.inc({ outcome });
  }
}
