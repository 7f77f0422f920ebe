import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { ControlConfig } from '@helpdeskly/config';
import { describeFailure } from '@helpdeskly/database';
import { AcceptedWork } from '@helpdeskly/service';
import { AcceptedJobs, QueueMetrics, type TenantJob } from '@helpdeskly/queue';
import { Inject, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { UnrecoverableError, type Job } from 'bullmq';
import { controlConfig } from '../configuration/tokens.js';
import { ProvisioningJobs } from './provisioning-jobs.js';
import { provisioningQueueName } from './provisioning-queue.js';

/**
 * Takes jobs from the queue. A crash of this process is no failure of a job: the jobs' locks expire after seconds and other
 * workers take them, as often as necessary.
 */
@Processor(provisioningQueueName, {
  autorun: false,
  lockDuration: 10_000,
  stalledInterval: 5_000,
  maxStalledCount: 100_000,
})
export class ProvisioningWorker extends WorkerHost implements OnApplicationBootstrap {
  private readonly log = new Logger('ProvisioningWorker');
  private readonly jobs = new AcceptedJobs(() => this.worker);

  constructor(
    private readonly runs: ProvisioningJobs,
    private readonly metrics: QueueMetrics,
    private readonly accepted: AcceptedWork,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.worker.on('failed', (job: Job<TenantJob> | undefined, error) =>
      this.log.warn({
        msg: `Provisioning ended run ${job?.attemptsMade ?? 0}: ${describeFailure(error)}`,
        tenantId: job?.data.tenantId,
      }),
    );
    this.worker.on('error', (error) => this.log.warn(`The worker's connection failed: ${error.message}`));
    this.accepted.add(this.jobs);
    this.worker.concurrency = this.config.provisioningConcurrency;
    void this.worker.run(); // Its errors arrive as events.
  }

  async process(job: Job<TenantJob>): Promise<void> {
    const failed = (error: unknown) => (error instanceof UnrecoverableError ? 'failed' : 'retried');
    await this.jobs.during(job, () =>
      this.metrics.time({ queue: provisioningQueueName, name: job.name }, () => this.runs.run(job), failed),
    );
  }
}
