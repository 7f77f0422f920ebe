import { type JobOutcome, QueueMetrics, type TenantJob } from '@helpdeskly/queue';
import { AcceptedWork } from '@helpdeskly/service';
import { Processor } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { JobWorker, outlivesCrashes } from '../queues/job-worker.js';
import { pauseAfter } from './lifecycle-backoff.js';
import { lifecycleQueueName } from './lifecycle-queue.js';
import type { LifecycleTask } from './lifecycle-task.js';
import { LifecycleTasks } from './lifecycle-tasks.js';

const concurrency = 4;

/** Takes changes to tenants from the queue. */
@Processor(lifecycleQueueName, {
  ...outlivesCrashes,
  concurrency,
  settings: {
    backoffStrategy: (attempts, _type, _error, job) => pauseAfter(job?.name as LifecycleTask, attempts),
  },
})
export class LifecycleWorker extends JobWorker<TenantJob, LifecycleTask> {
  constructor(
    private readonly tasks: LifecycleTasks,
    metrics: QueueMetrics,
    accepted: AcceptedWork,
  ) {
    super(lifecycleQueueName, metrics, accepted);
  }

  protected async run(job: Job<TenantJob, void, LifecycleTask>): Promise<JobOutcome> {
    await this.tasks.run(job.name, job.data);
    return 'done';
  }

  protected failureOf(job: Job | undefined): string {
    return `${job?.name ?? 'A task'} comes back`;
  }
}
