import { type JobOutcome, QueueMetrics } from '@helpdeskly/queue';
import { AcceptedWork } from '@helpdeskly/service';
import { Processor } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { growingPause, JobWorker, outlivesCrashes } from '../queues/job-worker.js';
import { ServerRests } from '../server-connections/server-breaker.js';
import { backupQueueName, type BackupJob, type BackupTask } from './backup-queue.js';
import { ArchivesBusy, BackupTasks } from './backup-tasks.js';

/** So many archives at a time in this process: more would take the processors from those who serve. */
const concurrency = 2;
/** About how long a job waits for another process, or for a server that rests. */
const busyMs = 2000;

/** Takes work on archives from the queue. If this process dies, another worker begins the same backup anew after seconds. */
@Processor(backupQueueName, { ...outlivesCrashes, concurrency, settings: { backoffStrategy: growingPause } })
export class BackupWorker extends JobWorker<BackupJob, BackupTask> {
  constructor(
    private readonly tasks: BackupTasks,
    metrics: QueueMetrics,
    accepted: AcceptedWork,
  ) {
    super(backupQueueName, metrics, accepted);
  }

  protected run(job: Job<BackupJob, void, BackupTask>): Promise<JobOutcome> {
    return this.tasks.run(job.name, job.data, job.attemptsMade);
  }

  protected failureOf(job: Job | undefined): string {
    return `${job?.name ?? 'A task'} comes back`;
  }

  protected override waitMsOf(error: unknown): number | undefined {
    return error instanceof ArchivesBusy || error instanceof ServerRests ? busyMs : undefined;
  }
}
