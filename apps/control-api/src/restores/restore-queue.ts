import { QueueMetrics, TenantJobs, type JobOrder } from '@helpdeskly/queue';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';

export const restoreQueueName = 'restores';

/** Nothing secret, and nothing that could become outdated: the control database says what is due. */
export interface RestoreJob {
  readonly tenantId: string;
  readonly restoreId: string;
}

/** The control database counts failures, and gives a restore up. */
const options = { attempts: 1000, backoff: { type: 'bounded' } } as const;

/** The queue of archives that take the place of databases, or give tickets back. */
@Injectable()
export class RestoreQueue {
  private readonly jobs: TenantJobs<'replace', RestoreJob>;

  constructor(@InjectQueue(restoreQueueName) queue: Queue<RestoreJob>, metrics: QueueMetrics) {
    this.jobs = new TenantJobs(queue, new Logger('RestoreQueue'));
    metrics.watch(restoreQueueName, this.jobs, ['replace'], ['done', 'superseded', 'retried', 'failed']);
  }

  /** Queues what is committed; see TenantJobs.offer. */
  offer(job: RestoreJob): Promise<void> {
    return this.jobs.offer(order(job));
  }

  /** Queues a job again that may have been lost. */
  addAgain(job: RestoreJob): Promise<void> {
    return this.jobs.addAgain(order(job));
  }
}

function order(job: RestoreJob): JobOrder<'replace', RestoreJob> {
  return { name: 'replace', job, id: `replace-${job.restoreId}`, options };
}
