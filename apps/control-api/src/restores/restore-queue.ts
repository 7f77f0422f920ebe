import { CountedJobs, QueueMetrics } from '@helpdeskly/queue';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';

export const restoreQueueName = 'restores';

/** Nothing secret, and nothing that could become outdated: the control database says what is due. */
export interface RestoreJob {
  readonly tenantId: string;
  readonly restoreId: string;
}

/** The queue of archives that take the place of databases, or give tickets back. */
@Injectable()
export class RestoreQueue extends CountedJobs<'replace', RestoreJob> {
  constructor(@InjectQueue(restoreQueueName) queue: Queue<RestoreJob>, metrics: QueueMetrics) {
    super(queue, metrics, { queue: restoreQueueName, tasks: ['replace'], idOf: ({ restoreId }) => restoreId });
  }
}
