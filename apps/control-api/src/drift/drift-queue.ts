import { describeFailure } from '@helpdeskly/database';
import { QueueMetrics, type ObservedQueue } from '@helpdeskly/queue';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';

export const driftQueueName = 'drift-checks';
const driftJobName = 'check';

/** A job's data: the check's id. The control database says which tenants are left. */
export interface DriftJob {
  readonly checkId: string;
}

/** Runs again until it succeeds: what is wrong with a tenant is a result, so only our own databases can make it fail. */
const options = {
  attempts: 1000,
  backoff: { type: 'fixed', delay: 2000, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: true,
  stackTraceLimit: 0,
} as const;

/** The queue of drift checks. It is not the source of truth: a sweep queues again what it has lost. */
@Injectable()
export class DriftQueue {
  private readonly log = new Logger('DriftQueue');

  constructor(
    @InjectQueue(driftQueueName) private readonly queue: Queue<DriftJob>,
    metrics: QueueMetrics,
  ) {
    queue.on('error', (error) => this.log.warn(`The queue's connection failed: ${error.message}`));
    metrics.watch(driftQueueName, observed(queue), [driftJobName], ['done', 'retried']);
  }

  /** Queues a check that is committed, unless it is queued already. If the queue is away, the sweep does it later. */
  async offer(checkId: string): Promise<void> {
    try {
      await this.queue.add(driftJobName, { checkId }, { ...options, jobId: `check-${checkId}` });
    } catch (error) {
      this.log.warn(`A drift check is not queued, the sweep will: ${describeFailure(error)}`);
    }
  }
}

function observed(queue: Queue<DriftJob>): ObservedQueue {
  return {
    depth: () => queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized', 'failed'),
    oldestWaitingSince: async () => {
      const times = (await queue.getJobs(['waiting'])).map(({ timestamp }) => timestamp);
      return times.length === 0 ? undefined : new Date(Math.min(...times));
    },
  };
}
