import { Gauge, type Registry } from 'prom-client';

/** Health's view of the process. */
export interface HealthView {
  /** Whether a shutdown has begun. */
  draining(): boolean;
  /** Checks every part, by its name. */
  check(): Promise<Readonly<Record<string, 'UP' | 'DOWN'>>>;
}

/** Exposes the result of `/health/ready`; each scrape checks it. */
export class HealthMetrics {
  constructor(registry: Registry, health: HealthView) {
    new Gauge({
      name: 'helpdeskly_shutting_down',
      help: '1 from the signal to end until the process has ended',
      registers: [registry],
      collect() {
        this.set(health.draining() ? 1 : 0);
      },
    });
    new Gauge({
      name: 'helpdeskly_health_check_up',
      help: '1 while a part that the service needs answers, by part',
      labelNames: ['check'],
      registers: [registry],
      async collect() {
        for (const [check, state] of Object.entries(await health.check())) this.set({ check }, state === 'UP' ? 1 : 0);
      },
    });
  }
}
