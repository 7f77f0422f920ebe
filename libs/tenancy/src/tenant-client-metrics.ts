import { Counter, Gauge, type Registry } from 'prom-client';

/** Why the factory ended a client. */
const endings = ['idle', 'full', 'changed', 'broken', 'shutdown'] as const;
export type Ending = (typeof endings)[number];

/** The factory's current numbers. */
export interface TenantClientCounts {
  readonly clients: () => number;
  readonly leases: () => number;
  /** Tenants whose database could not be reached at the last attempt. */
  readonly broken: () => number;
}

/** The factory's counters, exposed once it is registered. */
export class TenantClientMetrics {
  private readonly opened = new Counter({
    name: 'helpdeskly_tenant_clients_opened_total',
    help: 'Clients opened',
    registers: [],
  });
  private readonly failed = new Counter({
    name: 'helpdeskly_tenant_client_failures_total',
    help: 'Clients that could not be opened',
    registers: [],
  });
  private readonly ended = new Counter({
    name: 'helpdeskly_tenant_clients_ended_total',
    help: 'Clients ended',
    labelNames: ['reason'],
    registers: [],
  });

  constructor() {
    for (const reason of endings) this.ended.inc({ reason }, 0);
  }

  countOpened(): void {
    this.opened.inc();
  }

  countFailed(): void {
    this.failed.inc();
  }

  countEnded(reason: Ending): void {
    this.ended.inc({ reason });
  }

  register(registry: Registry, { clients, leases, broken }: TenantClientCounts): void {
    for (const metric of [this.opened, this.failed, this.ended]) registry.registerMetric(metric);
    gauge('helpdeskly_tenant_clients', "Open clients of tenants' databases", clients);
    gauge('helpdeskly_tenant_client_leases', 'Clients lent at the moment', leases);
    gauge('helpdeskly_tenant_breakers_open', 'Tenants whose database could not be reached at the last attempt', broken);

    function gauge(name: string, help: string, value: () => number): void {
      const created: Gauge = new Gauge({ name, help, registers: [registry], collect: () => created.set(value()) });
    }
  }
}
