import { CountedJobs, QueueMetrics } from '@helpdeskly/queue';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';

export const moveQueueName = 'moves';

/** Nothing secret, and nothing that could become outdated: the control database says what is due. */
export interface MoveJob {
  readonly tenantId: string;
  readonly moveId: string;
}

/** The queue of tenants that move to other servers. */
@Injectable()
export class MoveQueue extends CountedJobs<'move', MoveJob> {
  constructor(@InjectQueue(moveQueueName) queue: Queue<MoveJob>, metrics: QueueMetrics) {
    super(queue, metrics, { queue: moveQueueName, tasks: ['move'], idOf: ({ moveId }) => moveId });
  }
}
