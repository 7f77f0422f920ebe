import { ControlDatabase } from '@helpdeskly/catalog';
import { Metrics, Snapshot } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { lockedOutTurns } from './isolation-probe.js';

/** How much of what must be refused was not, and who was refused and should not have been. */
@Injectable()
export class IsolationMetrics {
  constructor({ registry }: Metrics, control: ControlDatabase) {
    const show = (name: string, help: string, count: () => Promise<number>) => {
      const snapshot = new Snapshot(count, { freshMs: 5000, patienceMs: 2000 });
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          const value = await snapshot.get();
          if (value === undefined) this.reset();
          else this.set(value);
        },
      });
    };
    show(
      'helpdeskly_isolation_breaches',
      'What tenants’ roles could do at the last probe, and should not have been able to',
      () => control.client.isolationBreach.count(),
    );
    show(
      'helpdeskly_tenant_roles_locked_out',
      'ACTIVE tenants whose database role could not sign in at its last turn',
      () => control.client.isolationTurn.count({ where: lockedOutTurns }),
    );
  }
}
