import { Gauge, type Registry } from 'prom-client';

/** The metrics' view of the counters. */
export interface RateCounters {
  windows(): number;
  /** Whether all processes share them. */
  shared(): boolean;
}

/** How many callers are counted, and where; refusals are among the problems. */
export class RateLimitMetrics {
  constructor(registry: Registry, counters: RateCounters) {
    gauge(
      'helpdeskly_rate_limit_windows',
      'Users, tenants and addresses whose requests of a minute are remembered in this process',
      () => counters.windows(),
    );
    gauge('helpdeskly_rate_limit_shared', '1 while requests are counted in Redis, over all processes', () =>
      counters.shared() ? 1 : 0,
    );

    function gauge(name: string, help: string, value: () => number): void {
      const created: Gauge = new Gauge({ name, help, registers: [registry], collect: () => created.set(value()) });
    }
  }
}
