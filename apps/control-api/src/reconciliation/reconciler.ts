import { Injectable } from '@nestjs/common';
import { ControlLocks } from '../locks/control-locks.js';
import { FindingsRepository } from './findings-repository.js';
import { queuesPlace } from './finding.js';
import { QueueReconciliation } from './queue-reconciliation.js';
import { ServerReconciliation } from './server-reconciliation.js';

/**
 * Compares the catalog with the servers and the queues, in both directions, and acts on what it has seen twice and for long enough.
 * One process at a time. It never changes a database that this installation did not make, nor drops one that has ever served.
 */
@Injectable()
export class Reconciler {
  constructor(
    private readonly locks: ControlLocks,
    private readonly servers: ServerReconciliation,
    private readonly queues: QueueReconciliation,
    private readonly findings: FindingsRepository,
  ) {}

  /** Does nothing if another process is doing it. */
  async run(): Promise<void> {
    await this.locks.tryHold('helpdeskly', 'reconciliation', async () => {
      const servers = await this.servers.run();
      await this.queues.run();
      await this.findings.tidy([...servers, queuesPlace]);
    });
  }
}
