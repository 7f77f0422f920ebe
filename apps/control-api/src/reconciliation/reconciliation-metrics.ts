import { ControlDatabase } from '@helpdeskly/catalog';
import { Metrics, Snapshot } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { findingKinds, templateGraceMs } from './finding.js';

/** How many differences there are between catalog, servers and queues. */
@Injectable()
export class ReconciliationMetrics {
  constructor({ registry }: Metrics, control: ControlDatabase) {
    const snapshot = new Snapshot(() => count(control), { freshMs: 5000, patienceMs: 2000 });
    new Gauge({
      name: 'helpdeskly_reconciliation_findings',
      help: 'Open findings of the reconciler, by kind',
      labelNames: ['kind'],
      registers: [registry],
      async collect() {
        const groups = await snapshot.get();
        this.reset();
        if (groups === undefined) return;
        for (const kind of findingKinds) this.set({ kind }, 0);
        for (const { kind, findings } of groups) this.set({ kind }, findings);
      },
    });
  }
}

/** What was seen once may pass, and each release leaves templates that are kept for a day. */
function count(control: ControlDatabase): Promise<{ kind: string; findings: number }[]> {
  return control.client.$queryRaw`
    SELECT "kind", count(*)::int AS "findings" FROM "ReconciliationFinding"
     WHERE "resolvedAt" IS NULL AND "sightings" >= 2
       AND NOT ("kind" = 'superseded_template' AND "firstSeenAt" > clock_timestamp() - make_interval(secs => ${templateGraceMs}::float8 / 1000))
     GROUP BY "kind"`;
}
