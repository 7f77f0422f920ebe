import { type JobOutcome, QueueMetrics } from '@helpdeskly/queue';
import { AcceptedWork, type Acceptor } from '@helpdeskly/service';
import { Processor } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { JobWorker, outlivesCrashes } from '../queues/job-worker.js';
import { driftQueueName, type DriftJob } from './drift-queue.js';
import { DriftRunner } from './drift-runner.js';

/** Takes drift checks from the queue. */
@Processor(driftQueueName, { ...outlivesCrashes, concurrency: 1 })
export class DriftWorker extends JobWorker<DriftJob> {
  private ending = false;

  constructor(
    private readonly runner: DriftRunner,
    metrics: QueueMetrics,
    accepted: AcceptedWork,
  ) {
    super(driftQueueName, metrics, accepted);
  }

  protected async run(job: Job<DriftJob>): Promise<JobOutcome> {
    await this.runner.run(job.data.checkId, () => this.ending);
    return 'done';
  }

  protected failureOf(): string {
    return 'A drift check comes back';
  }

  /** Tenants under way are finished; the sweep queues the check again for the others. */
  protected override acceptor(): Acceptor {
    return {
      name: 'drift checks',
      running: () => this.jobs.running(),
      drain: () => {
        this.ending = true;
        return this.jobs.drain();
      },
      giveBack: () => this.jobs.giveBack(),
    };
  }
}
