import { describeFailure } from '@helpdeskly/database';
import { AcceptedJobs, QueueMetrics } from '@helpdeskly/queue';
import { AcceptedWork } from '@helpdeskly/service';
import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DelayedError, type Job } from 'bullmq';
import { ServerRests } from '../server-connections/server-breaker.js';
import { DatabaseBusy } from './closed-database.js';
import { NotArchivedYet } from './former-database.js';
import { Replacement } from './replacement.js';
import { restoreQueueName, type RestoreJob } from './restore-queue.js';

const firstPauseMs = 1000;
const longestPauseMs = 60_000;
/** About how long a job waits for other work, or for a server that rests. */
const busyMs = 1000;
const waits = [DatabaseBusy, NotArchivedYet, ServerRests];

/** Takes restores from the queue. If this process dies, another worker goes on after seconds. */
@Processor(restoreQueueName, {
  autorun: false,
  concurrency: 1,
  lockDuration: 10_000,
  stalledInterval: 5000,
  maxStalledCount: 100_000,
  settings: {
    backoffStrategy: (attempts) =>
      Math.round(Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts, 10)) * (0.5 + Math.random() / 2)),
  },
})
export class RestoreWorker extends WorkerHost implements OnApplicationBootstrap {
  private readonly log = new Logger('RestoreWorker');
  private readonly jobs = new AcceptedJobs(() => this.worker);

  constructor(
    private readonly replacement: Replacement,
    private readonly metrics: QueueMetrics,
    private readonly accepted: AcceptedWork,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.worker.on('failed', (job: Job<RestoreJob> | undefined, error) =>
      this.log.warn({ msg: `A restore comes back: ${describeFailure(error)}`, tenantId: job?.data.tenantId }),
    );
    this.worker.on('error', (error) => this.log.warn(`The worker's connection failed: ${error.message}`));
    this.accepted.add(this.jobs);
    void this.worker.run(); // Its errors arrive as events.
  }

  async process(job: Job<RestoreJob>, token?: string): Promise<void> {
    await this.jobs.during(job, async () => {
      try {
        await this.metrics.time(
          { queue: restoreQueueName, name: job.name },
          () => this.replacement.run(job.data.restoreId),
          () => 'retried',
        );
      } catch (error) {
        if (!waits.some((wait) => error instanceof wait)) throw error;
        await job.moveToDelayed(Date.now() + Math.round(busyMs * (0.5 + Math.random())), token); // No failed try.
        throw new DelayedError();
      }
    });
  }
}
