import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ControlDatabase } from '@helpdeskly/catalog';
import { Periodic } from '@helpdeskly/queue';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { awaitsProvisioning } from '../tenant-status/tenant-policy.js';
import { ProvisioningQueue } from './provisioning-queue.js';

const intervalMs = 5000;
/** The request that created a tenant will queue it itself within this time. */
const minimumAgeMs = 3000;
const batch = 1000;

/**
 * Queues again what the queue has lost: every tenant that is PROVISIONING without a job. The control database says what is
 * due, so a queue that was flushed, or could not be reached when a tenant was created, loses nothing permanently.
 */
@Injectable()
export class ProvisioningSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly periodic = new Periodic(
    intervalMs,
    () => this.background.count('provisioning_sweep', () => this.sweep()),
    new Logger('ProvisioningSweep'),
  );

  constructor(
    private readonly control: ControlDatabase,
    private readonly queue: ProvisioningQueue,
    private readonly background: BackgroundMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.periodic.stop();
  }

  /** Queues missing jobs; does not change a job that exists. */
  async sweep(): Promise<void> {
    const waiting = await this.control.client.tenant.findMany({
      where: { status: { in: awaitsProvisioning.statuses }, updatedAt: { lt: new Date(Date.now() - minimumAgeMs) } },
      select: { id: true, generation: true },
      orderBy: { updatedAt: 'asc' },
      take: batch,
    });
    for (const { id, generation } of waiting) await this.queue.addAgain({ tenantId: id, generation });
  }
}
