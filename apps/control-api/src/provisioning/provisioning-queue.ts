import { QueueMetrics, TenantJobs, type JobOrder, type TenantJob, type WaitingJob } from '@helpdeskly/queue';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';

export const provisioningQueueName = 'provisioning';

/** How often a job runs at most; ProvisioningWorker gives a job up earlier if it fails for good. */
export const maxAttempts = 10;

/** The queue of tenants that wait for their databases. */
@Injectable()
export class ProvisioningQueue {
  private readonly jobs: TenantJobs<'provision'>;

  constructor(@InjectQueue(provisioningQueueName) queue: Queue<TenantJob>, metrics: QueueMetrics) {
    this.jobs = new TenantJobs(queue, new Logger('ProvisioningQueue'));
    metrics.watch(provisioningQueueName, this.jobs, ['provision'], ['done', 'superseded', 'retried', 'failed']);
  }

  /** Queues a job whose tenant is already committed; see TenantJobs.offer. */
  offer(job: TenantJob): Promise<void> {
    return this.jobs.offer(order(job));
  }

  /** Queues a job again that may have been lost. */
  addAgain(job: TenantJob): Promise<void> {
    return this.jobs.addAgain(order(job));
  }

  /** Whether the job is in the queue. */
  has(job: TenantJob): Promise<boolean> {
    return this.jobs.has(order(job).id);
  }

  /** Jobs that have not started. */
  waiting(): Promise<WaitingJob[]> {
    return this.jobs.waiting();
  }

  /** Removes a waiting job. */
  remove(id: string): Promise<void> {
    return this.jobs.remove([id]);
  }

  /** How many jobs are in each state. */
  depth(): Promise<Record<string, number>> {
    return this.jobs.depth();
  }
}

function order(job: TenantJob): JobOrder<'provision'> {
  return {
    name: 'provision',
    job,
    id: `tenant-${job.tenantId}-${job.generation}`,
    options: { attempts: maxAttempts, backoff: { type: 'exponential', delay: 200, jitter: 0.5 } },
  };
}
