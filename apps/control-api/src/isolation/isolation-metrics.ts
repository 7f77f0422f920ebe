import { ControlDatabase } from '@helpdeskly/catalog';
import { Metrics, Snapshot } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { coverageOf } from './isolation-coverage.js';
import { lockedOutTurns } from './isolation-turns.js';

/** Counts what was not refused but must be, and who was refused but must not be. */
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
      'ACTIVE tenants whose database role could not sign in, read or write at its last turn',
      () => control.client.isolationTurn.count({ where: lockedOutTurns }),
    );
    show(
      'helpdeskly_isolation_unknown',
      'Whether a server or a tenant has had no probe that came to a verdict within the hour',
      async () => ((await coverageOf(control)).isComplete ? 0 : 1),
    );
  }
}
