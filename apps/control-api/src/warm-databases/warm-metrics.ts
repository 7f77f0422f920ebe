import { ControlDatabase } from '@helpdeskly/catalog';
import { Metrics, Snapshot } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';

const states = ['BUILDING', 'READY', 'CLAIMED'] as const;

interface Group {
  readonly server: string;
  /** Null for a server without any. */
  readonly state: (typeof states)[number] | null;
  readonly databases: number;
}

/** How many databases are ready for new tenants. */
@Injectable()
export class WarmMetrics {
  constructor({ registry }: Metrics, control: ControlDatabase) {
    const snapshot = new Snapshot(() => count(control), { freshMs: 5000, patienceMs: 2000 });
    new Gauge({
      name: 'helpdeskly_warm_databases',
      help: 'Databases made ahead for tenants to come, by server and state',
      labelNames: ['server', 'state'],
      registers: [registry],
      async collect() {
        const groups = (await snapshot.get()) ?? [];
        this.reset();
        for (const { server } of groups) for (const state of states) this.set({ server, state }, 0);
        for (const { server, state, databases } of groups) if (state !== null) this.set({ server, state }, databases);
      },
    });
  }
}

function count(control: ControlDatabase): Promise<Group[]> {
  return control.client.$queryRaw<Group[]>`
    SELECT s."name" AS "server", w."state"::text AS "state", count(w."name")::int AS "databases"
      FROM "DatabaseServer" s
      LEFT JOIN "WarmDatabase" w ON w."serverId" = s."id"
     GROUP BY s."name", w."state"`;
}
