import { QueueMetrics, TenantJobs, type JobOrder } from '@helpdeskly/queue';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';

export const backupQueueName = 'backups';

const tasks = ['back_up', 'verify'] as const;
export type BackupTask = (typeof tasks)[number];

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
  private readonly jobs: TenantJobs<BackupTask, BackupJob>;

  constructor(@InjectQueue(backupQueueName) queue: Queue<BackupJob>, metrics: QueueMetrics) {
    this.jobs = new TenantJobs(queue, new Logger('BackupQueue'));
    metrics.watch(backupQueueName, this.jobs, tasks, ['done', 'superseded', 'retried', 'failed']);
  }

  /** Queues what is committed; see TenantJobs.offer. */
  offer(task: BackupTask, job: BackupJob): Promise<void> {
    return this.jobs.offer(order(task, job));
  }

  /** Queues a job again that may have been lost. */
  addAgain(task: BackupTask, job: BackupJob): Promise<void> {
    return this.jobs.addAgain(order(task, job));
  }
}

function order(name: BackupTask, job: BackupJob): JobOrder<BackupTask, BackupJob> {
  return { name, job, id: `${name}-${job.backupId}`, options };
}
