import { ControlDatabase } from '@helpdeskly/catalog';
import { Metrics, Snapshot } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { kindNames } from './incident-kinds.js';

/** How many incidents are open. */
@Injectable()
export class IncidentMetrics {
  constructor({ registry }: Metrics, { client }: ControlDatabase) {
    const open = () => client.incident.groupBy({ by: ['kind'], where: { resolvedAt: null }, _count: { _all: true } });
    const snapshot = new Snapshot(open, { freshMs: 5000, patienceMs: 2000 });
    new Gauge({
      name: 'helpdeskly_incidents',
      help: 'Open incidents, as GET /incidents lists them, by kind',
      labelNames: ['kind'],
      registers: [registry],
      async collect() {
        const groups = await snapshot.get();
        this.reset();
        if (groups === undefined) return;
        for (const kind of kindNames) this.set({ kind }, 0);
        for (const { kind, _count } of groups) this.set({ kind }, _count._all);
      },
    });
  }
}
