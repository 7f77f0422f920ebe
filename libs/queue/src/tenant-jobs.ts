import { setTimeout as sleep } from 'node:timers/promises';
import { describeFailure } from '@helpdeskly/database';
import type { Logger } from '@nestjs/common';
import type { JobsOptions, Queue } from 'bullmq';

/** Says which tenant a job is about, and as of which generation of it: nothing secret, nothing that could grow old. */
export interface TenantJob {
  readonly tenantId: string;
  /** A job of another generation than the tenant's present one does nothing. */
  readonly generation: number;
}

/** A job that waits, by its id. */
export interface WaitingJob extends TenantJob {
  readonly id: string;
}

/** A job with its name, by which it is told from the others in its queue, and its options. */
export interface JobOrder<Name extends string> {
  readonly name: Name;
  readonly job: TenantJob;
  /** One job with this id is in the queue at most. No `:`, and not digits alone. */
  readonly id: string;
  readonly options?: Pick<JobsOptions, 'attempts' | 'backoff' | 'delay' | 'priority'>;
}

/** How long a caller waits for a queue that is away. */
const patienceMs = 1000;

/**
 * A queue of jobs about tenants. It is not the truth: the control database says what is to be done, and a sweep queues
 * again what was lost.
 */
export class TenantJobs<Name extends string> {
  constructor(
    private readonly queue: Queue<TenantJob>,
    private readonly log: Logger,
  ) {
    queue.on('error', (error) => log.warn(`The queue's connection failed: ${error.message}`));
  }

  /** Queues a job unless the same one is waiting or running. */
  async add({ name, job, id, options }: JobOrder<Name>): Promise<void> {
    await this.queue.add(name, job, {
      ...options,
      jobId: id,
      removeOnComplete: true,
      removeOnFail: true,
      stackTraceLimit: 0,
    });
  }

  /**
   * Queues a job again that may have been lost. A finished one that is still there would keep its id from being used; one
   * whose time was to come later than now is brought forward.
   */
  async addAgain(order: JobOrder<Name>): Promise<void> {
    const found = await this.queue.getJob(order.id);
    if (found !== undefined) {
      const state = await found.getState();
      if (state === 'failed' || state === 'completed') await found.remove();
      const isNow = (order.options?.delay ?? 0) === 0;
      if (state === 'delayed' && isNow && found.attemptsMade === 0) await found.promote();
    }
    await this.add(order);
  }

  /**
   * Sees to it that a job begins after now, at its own time or earlier: queues it unless it waits already, and brings one
   * forward whose time would come later. Gives back a moment before which it does not begin, in milliseconds since 1970; undefined while
   * the same job runs, which may have looked before its cause was there: ask again.
   */
  async ensure(order: JobOrder<Name>): Promise<number | undefined> {
    const delay = order.options?.delay ?? 0;
    const found = await this.queue.getJob(order.id);
    const state = await found?.getState();
    if (state === 'active') return undefined;
    if (found !== undefined && state === 'delayed') {
      const begins = (found.processedOn ?? found.timestamp) + found.delay;
      if (delay > 0 && begins <= Date.now() + delay) return begins;
      if (delay === 0) {
        await found.promote();
        return Date.now();
      }
      await found.remove(); // Not put forward: BullMQ would go on counting from when it was made.
    }
    await this.add(order);
    return state === 'waiting' ? Date.now() : Date.now() + delay;
  }

  /**
   * Queues a job whose cause is committed already: when the queue is away, or takes too long, the sweep sees to it, and
   * whoever asked for it need not know.
   */
  async offer(order: JobOrder<Name>): Promise<void> {
    const added = this.add(order).catch((error: unknown) => {
      const { tenantId } = order.job;
      this.log.warn({ msg: `A tenant is not queued, the sweep will: ${describeFailure(error)}`, tenantId });
    });
    const patience = new AbortController();
    await Promise.race([added, sleep(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined)]); // Aborted below.
    patience.abort();
  }

  /** Takes jobs that wait out of the queue; one that runs ends by itself. */
  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const found = await this.queue.getJob(id);
      if (found !== undefined && !(await found.isActive())) await found.remove();
    }
  }

  /** Whether a job is in the queue, in whatever state. */
  async has(id: string): Promise<boolean> {
    return (await this.queue.getJob(id)) !== undefined;
  }

  /** Jobs whose turn has not come, so many of each state at most. */
  async waiting(limit = 1000): Promise<WaitingJob[]> {
    const jobs = await this.queue.getJobs(['waiting', 'delayed', 'prioritized'], 0, limit - 1);
    return jobs.flatMap(({ id, data }) => (id === undefined ? [] : [{ id, ...data }]));
  }

  /** How many jobs are in which state. */
  depth(): Promise<Record<string, number>> {
    return this.queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized', 'failed');
  }

  /** When the oldest job was made that waits for a worker, or undefined when none waits. */
  async oldestWaitingSince(): Promise<Date | undefined> {
    // Newest first on every backend, also where another order is asked for: the oldest stand at the end, which may move
    // meanwhile. Those with a priority stand in the order in which they are taken.
    const { waiting = 0 } = await this.queue.getJobCounts('waiting');
    const [last, first] = await Promise.all([
      this.queue.getJobs(['waiting'], Math.max(0, waiting - 10), -1, false),
      this.queue.getJobs(['prioritized'], 0, 0, true),
    ]);
    const times = [...last, ...first].map((job) => job.timestamp);
    return times.length === 0 ? undefined : new Date(Math.min(...times));
  }
}
