import { Counter, Gauge, type Registry } from 'prom-client';

/** Counts reads of signing keys. */
export class SigningKeyMetrics {
  reads = 0;
  failures = 0;

  register(registry: Registry, remembered: () => number): void {
    const outcomes = () => ({ done: this.reads - this.failures, failed: this.failures });
    new Gauge({
      name: 'helpdeskly_signing_keys',
      help: 'Signing keys remembered',
      registers: [registry],
      collect() {
        this.set(remembered());
      },
    });
    new Counter({
      name: 'helpdeskly_signing_key_reads_total',
      help: 'Reads of the signing keys, by outcome',
      labelNames: ['outcome'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [outcome, count] of Object.entries(outcomes())) this.inc({ outcome }, count);
      },
    });
  }
}
