import { Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { QueueMetrics } from './queue-metrics.js';
import { TenantJobs, type AboutTenant, type JobOrder } from './tenant-jobs.js';

/** The control database counts failures, and gives up what fails too often. */
const options = { attempts: 1000, backoff: { type: 'bounded' } } as const;

/** How a queue calls its jobs. */
export interface CountedTasks<Task extends string, Job> {
  readonly queue: string;
  readonly tasks: readonly Task[];
  /** The id of what a job is about. */
  readonly idOf: (job: Job) => string;
}

/** A queue of jobs about tenants, each about one row of the control database, which says what is due. */
export abstract class CountedJobs<Task extends string, Job extends AboutTenant> {
  private readonly jobs: TenantJobs<Task, Job>;
  private readonly idOf: (job: Job) => string;

  protected constructor(
    queue: Queue<Job>,
    metrics: QueueMetrics,
    { queue: name, tasks, idOf }: CountedTasks<Task, Job>,
  ) {
    this.jobs = new TenantJobs(queue, new Logger(new.target.name));
    this.idOf = idOf;
    metrics.watch(name, this.jobs, tasks, ['done', 'superseded', 'retried', 'failed']);
  }

  /** Queues what is committed; see TenantJobs.offer. */
  offer(task: Task, job: Job): Promise<void> {
    return this.jobs.offer(this.order(task, job));
  }

  /** Queues a job again that may have been lost. */
  addAgain(task: Task, job: Job): Promise<void> {
    return this.jobs.addAgain(this.order(task, job));
  }

  private order(name: Task, job: Job): JobOrder<Task, Job> {
    return { name, job, id: `${name}-${this.idOf(job)}`, options };
  }
}
