import { Gauge, type Registry } from 'prom-client';

/** How many callers are being counted; those that were refused are among the problems. */
export class RateLimitMetrics {
  constructor(registry: Registry, windows: () => number) {
    new Gauge({
      name: 'helpdeskly_rate_limit_windows',
      help: 'Users, tenants and addresses whose requests of a minute are remembered in this process',
      registers: [registry],
      collect() {
        this.set(windows());
      },
    });
  }
}
