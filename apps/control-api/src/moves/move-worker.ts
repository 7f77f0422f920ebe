import { type JobOutcome, QueueMetrics } from '@helpdeskly/queue';
import { AcceptedWork } from '@helpdeskly/service';
import { Processor } from '@nestjs/bullmq';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { Job } from 'bullmq';
import { ControlLocks } from '../locks/control-locks.js';
import { growingPause, JobWorker, outlivesCrashes } from '../queues/job-worker.js';
import { DatabaseBusy } from '../restores/closed-database.js';
import { moveQueueName, type MoveJob } from './move-queue.js';
import { TenantMover, waits } from './tenant-mover.js';

/** About how long a job waits for other work, or for a server that rests. */
const busyMs = 1000;

/** Takes moves from the queue, one at a time. If this process dies, another worker goes on after seconds. */
@Processor(moveQueueName, { ...outlivesCrashes, concurrency: 1, settings: { backoffStrategy: growingPause } })
export class MoveWorker extends JobWorker<MoveJob> implements BeforeApplicationShutdown {
  constructor(
    private readonly mover: TenantMover,
    private readonly locks: ControlLocks,
    metrics: QueueMetrics,
    accepted: AcceptedWork,
  ) {
    super(moveQueueName, metrics, accepted);
  }

  /** A copy may take longer than a shutdown. */
  beforeApplicationShutdown(): void {
    this.mover.stop();
  }

  protected async run(job: Job<MoveJob>): Promise<JobOutcome> {
    const { tenantId, moveId } = job.data;
    let outcome: JobOutcome | undefined;
    // A worker that only seemed dead may still be at it.
    await this.locks.tryHold('helpdeskly move', tenantId, async () => {
      outcome = await this.mover.run(moveId);
    });
    if (outcome === undefined) throw new DatabaseBusy('another worker');
    return outcome;
  }

  protected failureOf(): string {
    return 'A move comes back';
  }

  protected override waitMsOf(error: unknown): number | undefined {
    return waits.some((wait) => error instanceof wait) ? busyMs : undefined;
  }
}
