import { setTimeout as sleep } from 'node:timers/promises';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { describeFailure } from './failure.js';

export const provisioningQueueName = 'provisioning';

/** Says which tenant to bring to life, and as of which generation of it: nothing secret, nothing that could grow old. */
export interface ProvisioningJob {
  readonly tenantId: string;
  /** A job of another generation than the tenant's present one does nothing. */
  readonly generation: number;
}

/** The most runs that a job gets; one that fails for good is given up earlier, see ProvisioningWorker. */
export const maxAttempts = 10;

/** How long a caller waits for a queue that is away. */
const patienceMs = 1000;

/** The line of tenants that wait for their databases. */
@Injectable()
export class ProvisioningQueue implements OnApplicationBootstrap {
  private readonly log = new Logger('ProvisioningQueue');

  constructor(@InjectQueue(provisioningQueueName) private readonly queue: Queue<ProvisioningJob>) {}

  onApplicationBootstrap(): void {
    this.queue.on('error', (error) => this.log.warn(`The queue's connection failed: ${error.message}`));
  }

  /** Queues a job unless the same one is waiting or running. */
  async add(job: ProvisioningJob): Promise<void> {
    await this.queue.add('provision', job, {
      jobId: jobId(job),
      attempts: maxAttempts,
      backoff: { type: 'exponential', delay: 200, jitter: 0.5 },
      removeOnComplete: true,
      removeOnFail: true,
      stackTraceLimit: 0,
    });
  }

  /** Queues a job again that may have been lost. A finished one that is still there would keep its id from being used. */
  async addAgain(job: ProvisioningJob): Promise<void> {
    const found = await this.queue.getJob(jobId(job));
    if (found !== undefined && ((await found.isFailed()) || (await found.isCompleted()))) await found.remove();
    await this.add(job);
  }

  /**
   * Queues a job whose tenant is committed already: when the queue is away, or takes too long, the sweep sees to it, and
   * whoever asked for the tenant need not know.
   */
  async offer(job: ProvisioningJob): Promise<void> {
    const added = this.add(job).catch((error: unknown) => {
      this.log.warn(`Tenant ${job.tenantId} is not queued, the sweep will: ${describeFailure(error)}`);
    });
    const patience = new AbortController();
    await Promise.race([added, sleep(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined)]); // Aborted below.
    patience.abort();
  }

  /** How many jobs are in which state. */
  depth(): Promise<Record<string, number>> {
    return this.queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized', 'failed');
  }
}

function jobId(job: ProvisioningJob): string {
  return `tenant-${job.tenantId}-${job.generation}`;
}
