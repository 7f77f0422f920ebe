import { type JobOutcome, QueueMetrics } from '@helpdeskly/queue';
import { AcceptedWork } from '@helpdeskly/service';
import { Processor } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { growingPause, JobWorker, outlivesCrashes } from '../queues/job-worker.js';
import { ServerRests } from '../server-connections/server-breaker.js';
import { DatabaseBusy } from './closed-database.js';
import { NotArchivedYet } from './former-database.js';
import { RestoreJobs } from './restore-jobs.js';
import { restoreQueueName, type RestoreJob } from './restore-queue.js';

/** About how long a job waits for other work, or for a server that rests. */
const busyMs = 1000;
const waits = [DatabaseBusy, NotArchivedYet, ServerRests];

/** Takes restores from the queue. If this process dies, another worker goes on after seconds. */
@Processor(restoreQueueName, { ...outlivesCrashes, concurrency: 1, settings: { backoffStrategy: growingPause } })
export class RestoreWorker extends JobWorker<RestoreJob> {
  constructor(
    private readonly restores: RestoreJobs,
    metrics: QueueMetrics,
    accepted: AcceptedWork,
  ) {
    super(restoreQueueName, metrics, accepted);
  }

  protected run(job: Job<RestoreJob>): Promise<JobOutcome> {
    return this.restores.run(job.data.restoreId);
  }

  protected failureOf(): string {
    return 'A restore comes back';
  }

  protected override waitMsOf(error: unknown): number | undefined {
    return waits.some((wait) => error instanceof wait) ? busyMs : undefined;
  }
}
