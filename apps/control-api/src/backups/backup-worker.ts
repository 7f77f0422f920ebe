import { describeFailure } from '@helpdeskly/database';
import { AcceptedJobs, QueueMetrics } from '@helpdeskly/queue';
import { AcceptedWork } from '@helpdeskly/service';
import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DelayedError, type Job } from 'bullmq';
import { ServerRests } from '../server-connections/server-breaker.js';
import { backupQueueName, type BackupJob, type BackupTask } from './backup-queue.js';
import { ArchivesBusy, BackupTasks } from './backup-tasks.js';

/** So many archives at a time in this process: more would take the processors from those who serve. */
const concurrency = 2;
const firstPauseMs = 1000;
const longestPauseMs = 60_000;
/** About how long a job waits for another process, or for a server that rests. */
const busyMs = 2000;

/** Takes work on archives from the queue. If this process dies, another worker begins the same backup anew after seconds. */
@Processor(backupQueueName, {
  autorun: false,
  concurrency,
  lockDuration: 10_000,
  stalledInterval: 5000,
  maxStalledCount: 100_000,
  settings: {
    backoffStrategy: (attempts) =>
      Math.round(Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts, 10)) * (0.5 + Math.random() / 2)),
  },
})
export class BackupWorker extends WorkerHost implements OnApplicationBootstrap {
  private readonly log = new Logger('BackupWorker');
  private readonly jobs = new AcceptedJobs(() => this.worker);

  constructor(
    private readonly tasks: BackupTasks,
    private readonly metrics: QueueMetrics,
    private readonly accepted: AcceptedWork,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.worker.on('failed', (job: Job<BackupJob> | undefined, error) =>
      this.log.warn({
        msg: `${job?.name ?? 'A task'} comes back: ${describeFailure(error)}`,
        tenantId: job?.data.tenantId,
      }),
    );
    this.worker.on('error', (error) => this.log.warn(`The worker's connection failed: ${error.message}`));
    this.accepted.add(this.jobs);
    void this.worker.run(); // Its errors arrive as events.
  }

  async process(job: Job<BackupJob, void, BackupTask>, token?: string): Promise<void> {
    await this.jobs.during(job, async () => {
      try {
        await this.metrics.time(
          { queue: backupQueueName, name: job.name },
          () => this.tasks.run(job.name, job.data, job.attemptsMade),
          () => 'retried',
        );
      } catch (error) {
        if (!(error instanceof ArchivesBusy || error instanceof ServerRests)) throw error;
        await job.moveToDelayed(Date.now() + Math.round(busyMs * (0.5 + Math.random())), token); // No failed try.
        throw new DelayedError();
      }
    });
  }
}
