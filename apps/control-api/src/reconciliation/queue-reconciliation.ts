import { Injectable } from '@nestjs/common';
import { queuesPlace } from './finding.js';
import { PlaceReconciliation } from './place-reconciliation.js';
import { QueueComparison } from './queue-comparison.js';

/** Compares the catalog with the queues. */
@Injectable()
export class QueueReconciliation {
  constructor(
    private readonly place: PlaceReconciliation,
    private readonly queues: QueueComparison,
  ) {}

  async run(): Promise<void> {
    await this.place.run(queuesPlace, async () => ({
      findings: await this.queues.compare(),
      act: (finding) => this.queues.act(finding),
    }));
  }
}
