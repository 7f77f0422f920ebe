import { ControlDatabase } from '@helpdeskly/catalog';
import { Metrics, Snapshot } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';

/** How much of what must be refused was not. */
@Injectable()
export class IsolationMetrics {
  constructor({ registry }: Metrics, control: ControlDatabase) {
    const snapshot = new Snapshot(() => control.client.isolationBreach.count(), { freshMs: 5000, patienceMs: 2000 });
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
