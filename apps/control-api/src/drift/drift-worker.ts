import { describeFailure } from '@helpdeskly/database';
import { AcceptedJobs, QueueMetrics } from '@helpdeskly/queue';
import { AcceptedWork } from '@helpdeskly/service';
import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { driftJobName, driftQueueName, type DriftJob } from './drift-queue.js';
import { DriftRunner } from './drift-runner.js';

/** Takes drift checks from the queue. A crash is no failure of a job: another worker goes on with it after seconds. */
@Processor(driftQueueName, {
  autorun: false,
  concurrency: 1,
  lockDuration: 10_000,
  stalledInterval: 5000,
  maxStalledCount: 100_000,
})
export class DriftWorker extends WorkerHost implements OnApplicationBootstrap {
  private readonly log = new Logger('DriftWorker');
  private readonly jobs = new AcceptedJobs(() => this.worker);
  private ending = false;

  constructor(
    private readonly runner: DriftRunner,
    private readonly metrics: QueueMetrics,
    private readonly accepted: AcceptedWork,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.worker.on('failed', (_job, error) => this.log.warn(`A drift check comes back: ${describeFailure(error)}`));
    this.worker.on('error', (error) => this.log.warn(`The worker's connection failed: ${error.message}`));
    this.accepted.add({
      name: 'drift checks',
      running: () => this.jobs.running(),
      drain: () => this.drain(),
      giveBack: () => this.jobs.giveBack(),
    });
    void this.worker.run(); // Its errors arrive as events.
  }

  async process(job: Job<DriftJob>): Promise<void> {
    const run = () => this.runner.run(job.data.checkId, () => this.ending);
    await this.jobs.during(job, () =>
      this.metrics.time(
        { queue: driftQueueName, name: driftJobName },
        () => run().then(() => 'done' as const),
        () => 'retried',
      ),
    );
  }

  /** Tenants under way are finished; the sweep queues the check again for the others. */
  private drain(): Promise<void> {
    this.ending = true;
    return this.jobs.drain();
  }
}
