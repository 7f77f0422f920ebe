import { Metrics, Snapshot } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import type { PoolerView } from './pooler-console.js';
import { Poolers } from './poolers.js';

/** Each PgBouncer whose admin console control-api knows, summed over its databases. */
@Injectable()
export class PoolerMetrics {
  constructor({ registry }: Metrics, poolers: Poolers) {
    const snapshot = new Snapshot(() => poolers.look(), { freshMs: 5000, patienceMs: 4000 });
    const registers = [registry];
    gauge('helpdeskly_pooler_up', '1 while the admin console of a PgBouncer answers', ({ load }) => (load ? 1 : 0));
    gauge(
      'helpdeskly_pooler_wait_seconds',
      'How long the first client in the line of a PgBouncer has waited for a connection, 0 when none waits',
      ({ load }) => load?.waitSeconds,
    );
    new Gauge({
      name: 'helpdeskly_pooler_connections',
      help: 'Connections of a PgBouncer: of clients (active, waiting) and to servers (active, idle)',
      labelNames: ['pooler', 'side', 'state'],
      registers,
      async collect() {
        const views = (await snapshot.get()) ?? [];
        this.reset();
        for (const { address: pooler, load } of views) {
          if (load === undefined) continue;
          this.set({ pooler, side: 'client', state: 'active' }, load.clientsActive);
          this.set({ pooler, side: 'client', state: 'waiting' }, load.clientsWaiting);
          this.set({ pooler, side: 'server', state: 'active' }, load.serversActive);
          this.set({ pooler, side: 'server', state: 'idle' }, load.serversIdle);
        }
      },
    });

    function gauge(name: string, help: string, value: (view: PoolerView) => number | undefined): void {
      new Gauge({
        name,
        help,
        labelNames: ['pooler'],
        registers,
        async collect() {
          const views = (await snapshot.get()) ?? [];
          this.reset();
          for (const view of views) {
            const shown = value(view);
            if (shown !== undefined) this.set({ pooler: view.address }, shown);
          }
        },
      });
    }
  }
}
