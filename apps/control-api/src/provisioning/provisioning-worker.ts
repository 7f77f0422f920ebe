import type { ControlConfig } from '@helpdeskly/config';
import { type JobOutcome, QueueMetrics, type TenantJob } from '@helpdeskly/queue';
import { AcceptedWork } from '@helpdeskly/service';
import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { UnrecoverableError, type Job } from 'bullmq';
import { controlConfig } from '../configuration/tokens.js';
import { JobWorker, outlivesCrashes } from '../queues/job-worker.js';
import { ProvisioningJobs } from './provisioning-jobs.js';
import { provisioningQueueName } from './provisioning-queue.js';

/** Takes jobs from the queue. */
@Processor(provisioningQueueName, { ...outlivesCrashes })
export class ProvisioningWorker extends JobWorker<TenantJob> {
  constructor(
    private readonly runs: ProvisioningJobs,
    metrics: QueueMetrics,
    accepted: AcceptedWork,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {
    super(provisioningQueueName, metrics, accepted);
  }

  override onApplicationBootstrap(): void {
    this.worker.concurrency = this.config.provisioningConcurrency;
    super.onApplicationBootstrap();
  }

  protected run(job: Job<TenantJob>): Promise<JobOutcome> {
    return this.runs.run(job);
  }

  protected failureOf(job: Job | undefined): string {
    return `Provisioning ended run ${job?.attemptsMade ?? 0}`;
  }

  protected override outcomeOf(error: unknown): JobOutcome {
    return error instanceof UnrecoverableError ? 'failed' : 'retried';
  }
}
