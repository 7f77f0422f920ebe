import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What a governor counts. */
export interface GovernorCounts {
  connections(): number;
  readonly idle: number;
  readonly waiting: number;
}

/** Exposes the governor's metrics. */
export class GovernorMetrics {
  private readonly waits: Histogram;
  private readonly refusals: Counter;

  constructor(governor: GovernorCounts, maxConnections: number, registry: Registry) {
    const registers = [registry];
    gauge('helpdeskly_tenant_connections', "Connections to tenants' databases", () => governor.connections());
    gauge('helpdeskly_tenant_connections_max', 'The limit of helpdeskly_tenant_connections', () => maxConnections);
    gauge(
      'helpdeskly_tenant_connections_idle',
      "Connections to tenants' databases that nobody uses",
      () => governor.idle,
    );
    gauge('helpdeskly_tenant_connection_waiters', 'Requests that wait for a connection', () => governor.waiting);
    this.waits = new Histogram({
      name: 'helpdeskly_tenant_connection_wait_seconds',
      help: 'How long those that had to wait for a connection waited',
      buckets: [0.001, 0.01, 0.05, 0.1, 0.5, 1, 2, 5],
      registers,
    });
    this.refusals = new Counter({
      name: 'helpdeskly_tenant_connection_refusals_total',
      help: 'Requests that waited for a connection in vain',
      registers,
    });

    function gauge(name: string, help: string, value: () => number): void {
      const created: Gauge = new Gauge({ name, help, registers, collect: () => created.set(value()) });
    }
  }

  waited(seconds: number): void {
    this.waits.observe(seconds);
  }

  refused(): void {
    this.refusals.inc();
  }
}
