import { QueueMetrics, TenantJobs, type JobOrder, type TenantJob, type WaitingJob } from '@helpdeskly/queue';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { LifecycleDelays } from './lifecycle-delays.js';
import { lifecycleTasks, type LifecycleTask } from './lifecycle-task.js';

export const lifecycleQueueName = 'lifecycle';

/** A failed task runs again until it succeeds, at growing intervals: nobody would see that it was given up. */
const options = { attempts: 1000, backoff: { type: 'bounded' } } as const;
/** DROP DATABASE may take seconds, so all other tasks go first. BullMQ prefers lower numbers, and no number before all of them. */
const purgePriority = 10;

/** The queue of changes to existing tenants. */
@Injectable()
export class LifecycleQueue {
  private readonly jobs: TenantJobs<LifecycleTask>;

  constructor(
    @InjectQueue(lifecycleQueueName) queue: Queue<TenantJob>,
    metrics: QueueMetrics,
    private readonly delays: LifecycleDelays,
  ) {
    this.jobs = new TenantJobs(queue, new Logger('LifecycleQueue'));
    metrics.watch(lifecycleQueueName, this.jobs, lifecycleTasks, ['done', 'retried']);
  }

  /** Queues a task that the control database already asks for, `delay` milliseconds from now; see TenantJobs.offer. */
  offer(task: LifecycleTask, job: TenantJob, delay = this.delays.of(task)): Promise<void> {
    return this.jobs.offer(order(task, job, delay));
  }

  /** Queues a task again that may have been lost. */
  addAgain(task: LifecycleTask, job: TenantJob): Promise<void> {
    return this.jobs.addAgain(order(task, job, this.delays.of(task)));
  }

  /** Removes waiting jobs of these generations of a tenant. */
  forget(tenantId: string, generations: readonly number[]): Promise<void> {
    return this.jobs.remove(generations.flatMap((generation) => idsOf({ tenantId, generation })));
  }

  /** Removes the waiting jobs of a tenant's former generation, which would do nothing; see TenantJobs.withdraw. */
  withdraw(former: TenantJob): Promise<void> {
    return this.jobs.withdraw(idsOf(former), former.tenantId);
  }

  /** Jobs that have not started. */
  waiting(): Promise<WaitingJob[]> {
    return this.jobs.waiting();
  }

  /** Removes a waiting job. */
  remove(id: string): Promise<void> {
    return this.jobs.remove([id]);
  }

  /** How many jobs are in each state. */
  depth(): Promise<Record<string, number>> {
    return this.jobs.depth();
  }
}

function idOf(task: LifecycleTask, { tenantId, generation }: TenantJob): string {
  return `${task}-${tenantId}-${generation}`;
}

const idsOf = (job: TenantJob) => lifecycleTasks.map((task) => idOf(task, job));

function order(task: LifecycleTask, job: TenantJob, delay: number): JobOrder<LifecycleTask> {
  const priority = task === 'purge' ? { priority: purgePriority } : {};
  return { name: task, job, id: idOf(task, job), options: { ...options, ...priority, delay } };
}
