import { ControlDatabase } from '@helpdeskly/catalog';
import { Metrics, Snapshot } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';

/** How much of what must be refused was not. */
@Injectable()
export class IsolationMetrics {
  constructor({ registry }: Metrics, control: ControlDatabase) {
    const times = { freshMs: 5000, patienceMs: 2000 };
    const lockedOut = new Snapshot(
      () =>
        control.client.isolationTurn.count({ where: { refusedSince: { not: null }, tenant: { status: 'ACTIVE' } } }),
      times,
    );
    new Gauge({
      name: 'helpdeskly_tenant_roles_locked_out',
      help: 'ACTIVE tenants whose database role could not sign in at its last turn',
      registers: [registry],
      async collect() {
        const tenants = await lockedOut.get();
        if (tenants === undefined) this.reset();
        else this.set(tenants);
      },
    });
    const snapshot = new Snapshot(() => control.client.isolationBreach.count(), times);
    new Gauge({
      name: 'helpdeskly_isolation_breaches',
      help: 'What tenants’ roles could do at the last probe, and should not have been able to',
      registers: [registry],
      async collect() {
        const breaches = await snapshot.get();
        if (breaches === undefined) this.reset();
        else this.set(breaches);
      },
    });
  }
}
