import { CountedJobs, QueueMetrics } from '@helpdeskly/queue';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';

export const backupQueueName = 'backups';

const tasks = ['back_up', 'verify'] as const;
export type BackupTask = (typeof tasks)[number];

/** Nothing secret, and nothing that could become outdated: the control database says what is due. */
export interface BackupJob {
  readonly tenantId: string;
  readonly backupId: string;
}

/** The queue of work on archives. */
@Injectable()
export class BackupQueue extends CountedJobs<BackupTask, BackupJob> {
  constructor(@InjectQueue(backupQueueName) queue: Queue<BackupJob>, metrics: QueueMetrics) {
    super(queue, metrics, { queue: backupQueueName, tasks, idOf: ({ backupId }) => backupId });
  }
}
