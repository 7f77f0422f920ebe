import { QueueMetrics, TenantJobs, type JobOrder } from '@helpdeskly/queue';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';

export const moveQueueName = 'moves';

/** Nothing secret, and nothing that could become outdated: the control database says what is due. */
export interface MoveJob {
  readonly tenantId: string;
  readonly moveId: string;
}

/** The control database counts failures, and gives a move up. */
const options = { attempts: 1000, backoff: { type: 'bounded' } } as const;

/** The queue of tenants that move to other servers. */
@Injectable()
export class MoveQueue {
  private readonly jobs: TenantJobs<'move', MoveJob>;

  constructor(@InjectQueue(moveQueueName) queue: Queue<MoveJob>, metrics: QueueMetrics) {
    this.jobs = new TenantJobs(queue, new Logger('MoveQueue'));
    metrics.watch(moveQueueName, this.jobs, ['move'], ['done', 'superseded', 'retried', 'failed']);
  }

  /** Queues what is committed; see TenantJobs.offer. */
  offer(job: MoveJob): Promise<void> {
    return this.jobs.offer(order(job));
  }

  /** Queues a job again that may have been lost. */
  addAgain(job: MoveJob): Promise<void> {
    return this.jobs.addAgain(order(job));
  }
}

function order(job: MoveJob): JobOrder<'move', MoveJob> {
  return { name: 'move', job, id: `move-${job.moveId}`, options };
}
