import { QueueMetrics, TenantJobs, type JobOrder, type TenantJob, type WaitingJob } from '@helpdeskly/queue';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';

export const lifecycleQueueName = 'lifecycle';

/**
 * What is done to a tenant that is there: let its roles log in or not (`access`), put the next credential in the place of
 * the present one (`rotate`), end the former one (`retire`), leave nothing of it (`purge`).
 */
export const lifecycleTasks = ['access', 'rotate', 'retire', 'purge'] as const;
export type LifecycleTask = (typeof lifecycleTasks)[number];

/** A run that fails comes back until it succeeds, less and less often: there is nobody to give up to. */
const options = { attempts: 1000, backoff: { type: 'bounded' } } as const;
/** DROP DATABASE may take seconds: everything else goes first. Lower numbers do, and none before all of them. */
const purgePriority = 10;

/** The line of changes to tenants that are there. */
@Injectable()
export class LifecycleQueue {
  private readonly jobs: TenantJobs<LifecycleTask>;

  constructor(@InjectQueue(lifecycleQueueName) queue: Queue<TenantJob>, metrics: QueueMetrics) {
    this.jobs = new TenantJobs(queue, new Logger('LifecycleQueue'));
    metrics.watch(lifecycleQueueName, this.jobs, lifecycleTasks, ['done', 'retried']);
  }

  /** Queues a task that the control database asks for already, in `delay` milliseconds; see TenantJobs.offer. */
  offer(task: LifecycleTask, job: TenantJob, delay = 0): Promise<void> {
    return this.jobs.offer(order(task, job, delay));
  }

  /** Queues a task again that may have been lost. */
  addAgain(task: LifecycleTask, job: TenantJob, delay = 0): Promise<void> {
    return this.jobs.addAgain(order(task, job, delay));
  }

  /** Takes out what waits of these generations of a tenant. */
  forget(tenantId: string, generations: readonly number[]): Promise<void> {
    return this.jobs.remove(
      generations.flatMap((generation) => lifecycleTasks.map((task) => idOf(task, { tenantId, generation }))),
    );
  }

  /** Jobs whose turn has not come. */
  waiting(): Promise<WaitingJob[]> {
    return this.jobs.waiting();
  }

  /** Takes a job out that waits. */
  remove(id: string): Promise<void> {
    return this.jobs.remove([id]);
  }

  /** How many jobs are in which state. */
  depth(): Promise<Record<string, number>> {
    return this.jobs.depth();
  }
}

function idOf(task: LifecycleTask, { tenantId, generation }: TenantJob): string {
  return `${task}-${tenantId}-${generation}`;
}

function order(task: LifecycleTask, job: TenantJob, delay: number): JobOrder<LifecycleTask> {
  const priority = task === 'purge' ? { priority: purgePriority } : {};
  return { name: task, job, id: idOf(task, job), options: { ...options, ...priority, delay } };
}
