import { QueueMetrics, TenantJobs, type JobOrder } from '@helpdeskly/queue';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';

export const backupQueueName = 'backups';

/** Nothing secret, and nothing that could become outdated: the control database says what is due. */
export interface BackupJob {
  readonly tenantId: string;
  readonly backupId: string;
}

/** The control database counts failures, and gives a backup up. */
const options = { attempts: 1000, backoff: { type: 'bounded' } } as const;

/** The queue of work on archives. */
@Injectable()
export class BackupQueue {
  private readonly jobs: TenantJobs<'back_up', BackupJob>;

  constructor(@InjectQueue(backupQueueName) queue: Queue<BackupJob>, metrics: QueueMetrics) {
    this.jobs = new TenantJobs(queue, new Logger('BackupQueue'));
    metrics.watch(backupQueueName, this.jobs, ['back_up'], ['done', 'superseded', 'retried', 'failed']);
  }

  /** Queues a backup that is committed; see TenantJobs.offer. */
  offer(job: BackupJob): Promise<void> {
    return this.jobs.offer(order(job));
  }

  /** Queues a job again that may have been lost. */
  addAgain(job: BackupJob): Promise<void> {
    return this.jobs.addAgain(order(job));
  }
}

function order(job: BackupJob): JobOrder<'back_up', BackupJob> {
  return { name: 'back_up', job, id: `backup-${job.backupId}`, options };
}
