import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { describeFailure } from '../provisioning/failure.js';
import { QueueMetrics } from '../queues/queue-metrics.js';
import type { TenantJob } from '../queues/tenant-jobs.js';
import { lifecycleQueueName, type LifecycleTask } from './lifecycle-queue.js';
import { LifecycleTasks } from './lifecycle-tasks.js';

const concurrency = 4;

/** Takes changes to tenants from the queue. A crash is nobody's failure: others take its jobs after seconds. */
@Processor(lifecycleQueueName, {
  autorun: false,
  concurrency,
  lockDuration: 10_000,
  stalledInterval: 5000,
  maxStalledCount: 100_000,
})
export class LifecycleWorker extends WorkerHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('LifecycleWorker');

  constructor(
    private readonly tasks: LifecycleTasks,
    private readonly metrics: QueueMetrics,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.worker.on('failed', (job: Job<TenantJob> | undefined, error) =>
      this.log.warn({
        msg: `${job?.name ?? 'A task'} comes back: ${describeFailure(error)}`,
        tenantId: job?.data.tenantId,
      }),
    );
    this.worker.on('error', (error) => this.log.warn(`The worker's connection failed: ${error.message}`));
    void this.worker.run(); // Its errors arrive as events.
  }

  /** Takes no more jobs and waits for those that run. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
  }

  async process(job: Job<TenantJob, void, LifecycleTask>): Promise<void> {
    const run = () => this.tasks.run(job.name, job.data).then(() => 'done' as const);
    await this.metrics.time({ queue: lifecycleQueueName, name: job.name }, run, () => 'retried');
  }
}
