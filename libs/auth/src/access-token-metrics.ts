import { Counter, Gauge, type Registry } from 'prom-client';

/** Counts how often a token was already verified. Plain numbers: the hot path only adds. */
export class AccessTokenMetrics {
  hits = 0;
  misses = 0;

  register(registry: Registry, remembered: () => number): void {
    const lookups = () => ({ hit: this.hits, miss: this.misses });
    new Counter({
      name: 'helpdeskly_access_token_lookups_total',
      help: 'Lookups of access tokens: a hit was verified before, a miss had to be',
      labelNames: ['result'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [result, count] of Object.entries(lookups())) this.inc({ result }, count);
      },
    });
    new Gauge({
      name: 'helpdeskly_access_token_entries',
      help: 'Verified access tokens remembered',
      registers: [registry],
      collect() {
        this.set(remembered());
      },
    });
  }
}
