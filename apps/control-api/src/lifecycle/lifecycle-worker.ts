import { describeFailure } from '@helpdeskly/database';
import { Processor, WorkerHost } from '@nestjs/bullmq';
import { AcceptedWork } from '@helpdeskly/service';
import { AcceptedJobs, QueueMetrics, type TenantJob } from '@helpdeskly/queue';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { pauseAfter } from './lifecycle-backoff.js';
import { lifecycleQueueName } from './lifecycle-queue.js';
import type { LifecycleTask } from './lifecycle-task.js';
import { LifecycleTasks } from './lifecycle-tasks.js';

const concurrency = 4;

/** Takes changes to tenants from the queue. A crash is no failure of a job: another worker takes it after seconds. */
@Processor(lifecycleQueueName, {
  autorun: false,
  concurrency,
  lockDuration: 10_000,
  stalledInterval: 5000,
  maxStalledCount: 100_000,
  settings: {
    backoffStrategy: (attempts, _type, _error, job) => pauseAfter(job?.name as LifecycleTask, attempts),
  },
})
export class LifecycleWorker extends WorkerHost implements OnApplicationBootstrap {
  private readonly log = new Logger('LifecycleWorker');
  private readonly jobs = new AcceptedJobs(() => this.worker);

  constructor(
    private readonly tasks: LifecycleTasks,
    private readonly metrics: QueueMetrics,
    private readonly accepted: AcceptedWork,
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
    this.accepted.add(this.jobs);
    void this.worker.run(); // Its errors arrive as events.
  }

  async process(job: Job<TenantJob, void, LifecycleTask>): Promise<void> {
    const run = () => this.tasks.run(job.name, job.data).then(() => 'done' as const);
    await this.jobs.during(job, () =>
      this.metrics.time({ queue: lifecycleQueueName, name: job.name }, run, () => 'retried'),
    );
  }
}
