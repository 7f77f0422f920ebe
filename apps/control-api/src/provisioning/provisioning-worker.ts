import { Processor, WorkerHost } from '@nestjs/bullmq';
import { ControlDatabase } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { AcceptedWork } from '@helpdeskly/http';
import { AcceptedJobs, QueueMetrics, type JobOutcome, type TenantJob } from '@helpdeskly/queue';
import { Inject, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { UnrecoverableError, type Job } from 'bullmq';
import { isTransient } from '../tenant-databases/transient-failure.js';
import { failTenant } from './activation.js';
import { SchemaMovedOn } from './newest-schema.js';
import { Provisioner } from './provisioner.js';
import { ProvisioningMetrics } from './provisioning-metrics.js';
import { maxAttempts, provisioningQueueName } from './provisioning-queue.js';
import { StepFailed } from './step-failed.js';
import { JobSuperseded } from './step-log.js';

export const provisioningConcurrency = Symbol('PROVISIONING_CONCURRENCY');

/** Runs of a job that ends the same way each time. */
const stubbornAttempts = 3;

/**
 * Takes jobs from the queue. A crash of this process is nobody's failure: its jobs' locks run out after seconds and other
 * workers take them, as often as it needs. A tenant FAILs only here, when its steps themselves have failed enough.
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
    private readonly provisioner: Provisioner,
    private readonly control: ControlDatabase,
    private readonly metrics: ProvisioningMetrics,
    private readonly queues: QueueMetrics,
    @Inject(provisioningConcurrency) private readonly concurrency: number,
    private readonly accepted: AcceptedWork,
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
    this.worker.concurrency = this.concurrency;
    void this.worker.run(); // Its errors arrive as events.
  }

  async process(job: Job<TenantJob>): Promise<void> {
    const failed = (error: unknown) => (error instanceof UnrecoverableError ? 'failed' : 'retried');
    await this.jobs.during(job, () =>
      this.queues.time({ queue: provisioningQueueName, name: job.name }, () => this.bringToLife(job), failed),
    );
  }

  private async bringToLife(job: Job<TenantJob>): Promise<JobOutcome> {
    const tenant = await this.provisioner.find(job.data);
    if (tenant === undefined) return 'superseded';
    try {
      await this.provisioner.provision(tenant);
      this.metrics.finished('ACTIVE');
      this.log.log({ msg: 'A tenant is active.', tenant: tenant.slug, tenantId: tenant.id });
      return 'done';
    } catch (error) {
      if (error instanceof JobSuperseded) return 'superseded';
      if (!(error instanceof StepFailed) || !this.isLast(job, error)) throw error;
      await failTenant(this.control, tenant, error.message);
      this.metrics.finished('FAILED');
      this.log.error({ msg: `A tenant failed at ${error.message}`, tenant: tenant.slug, tenantId: tenant.id });
      throw new UnrecoverableError(error.message);
    }
  }

  private isLast(job: Job<TenantJob>, error: StepFailed): boolean {
    return job.attemptsMade + 1 >= (mayPass(error.cause) ? maxAttempts : stubbornAttempts);
  }
}

/** Whether the next run may end otherwise: of a schema that was left behind, a newer one is made. */
function mayPass(cause: unknown): boolean {
  return cause instanceof SchemaMovedOn || isTransient(cause);
}
