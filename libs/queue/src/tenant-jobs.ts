import { setTimeout as sleep } from 'node:timers/promises';
import { describeFailure } from '@helpdeskly/database';
import type { Logger } from '@nestjs/common';
import type { JobsOptions, Queue } from 'bullmq';

/** A job's data: a tenant and the tenant's generation. Nothing secret, and nothing that could become outdated. */
export interface TenantJob {
  readonly tenantId: string;
  /** A job does nothing if the tenant has another generation now. */
  readonly generation: number;
}

/** The least that a job says. */
export interface AboutTenant {
  readonly tenantId: string;
}

/** A waiting job with its id. */
export type WaitingJob<Data extends AboutTenant = TenantJob> = Data & { readonly id: string };

/** A job with its name, which distinguishes it from others in its queue, and its options. */
export interface JobOrder<Name extends string, Data extends AboutTenant = TenantJob> {
  readonly name: Name;
  readonly job: Data;
  /** The queue holds at most one job with this id. No `:`, and not only digits. */
  readonly id: string;
  readonly options?: Pick<JobsOptions, 'attempts' | 'backoff' | 'delay' | 'priority'>;
}

/** How long a caller waits for an unreachable queue. */
const patienceMs = 1000;

/** Waits for what a queue is asked, but no longer than for an unreachable one. */
export async function withPatience(asked: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([asked, sleep(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined)]); // We abort it below.
  patience.abort();
}

/**
 * A queue of jobs about tenants. It is not the source of truth: the control database says what is due, and a sweep queues
 * lost jobs again.
 */
export class TenantJobs<Name extends string, Data extends AboutTenant = TenantJob> {
  constructor(
    private readonly queue: Queue,
    private readonly log: Logger,
  ) {
    queue.on('error', (error) => log.warn(`The queue's connection failed: ${error.message}`));
  }

  /** Queues a job unless the same one is waiting or running. */
  async add({ name, job, id, options }: JobOrder<Name, Data>): Promise<void> {
    await this.queue.add(name, job, {
      ...options,
      jobId: id,
      removeOnComplete: true,
      removeOnFail: true,
      stackTraceLimit: 0,
    });
  }

  /**
   * Queues a job again that may have been lost. It removes a finished job with the same id, which would block the new one, and
   * advances a job that is scheduled for later than now.
   */
  async addAgain(order: JobOrder<Name, Data>): Promise<void> {
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
   * Ensures that a job begins after now, at its own time or earlier: queues it unless it already waits, and advances it if it
   * is scheduled later. Returns a time before which it does not begin, in milliseconds since 1970; or undefined while
   * the same job runs, which may have read before the change was committed: ask again.
   */
  async ensure(order: JobOrder<Name, Data>): Promise<number | undefined> {
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
      await found.remove(); // We cannot advance it: BullMQ would count the new delay from its creation.
    }
    await this.add(order);
    return state === 'waiting' ? Date.now() : Date.now() + delay;
  }

  /**
   * Queues a job whose cause is already committed. If the queue is away or too slow, the sweep queues it later, and
   * the caller need not know.
   */
  async offer(order: JobOrder<Name, Data>): Promise<void> {
    const added = this.add(order).catch((error: unknown) => {
      const { tenantId } = order.job;
      this.log.warn({ msg: `A tenant is not queued, the sweep will: ${describeFailure(error)}`, tenantId });
    });
    await withPatience(added);
  }

  /** Removes waiting jobs; a running job ends by itself. */
  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const found = await this.queue.getJob(id);
      if (found !== undefined && !(await found.isActive())) await found.remove();
    }
  }

  /**
   * Removes waiting jobs of a tenant whose cause is gone, which is committed already. If the queue is away or too slow, they stay until
   * the reconciler finds them, and the caller need not know.
   */
  async withdraw(ids: readonly string[], tenantId: string): Promise<void> {
    const removed = this.remove(ids).catch((error: unknown) => {
      this.log.warn({ msg: `Jobs without a cause stay for the reconciler: ${describeFailure(error)}`, tenantId });
    });
    await withPatience(removed);
  }

  /** Whether a job is in the queue, in any state. */
  async has(id: string): Promise<boolean> {
    return (await this.queue.getJob(id)) !== undefined;
  }

  /** Jobs that have not started, at most `limit` of each state. */
  async waiting(limit = 1000): Promise<WaitingJob<Data>[]> {
    const jobs = await this.queue.getJobs(['waiting', 'delayed', 'prioritized'], 0, limit - 1);
    return jobs.flatMap((job) => (job.id === undefined ? [] : [{ id: job.id, ...(job.data as Data) }]));
  }

  /** How many jobs are in each state. */
  depth(): Promise<Record<string, number>> {
    return this.queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized', 'failed');
  }

  /** When the oldest job that waits for a worker was created, or undefined if none waits. */
  async oldestWaitingSince(): Promise<Date | undefined> {
    // Every backend returns the newest first, even if we ask for another order: the oldest are at the end, which may move
    // meanwhile. Jobs with a priority are in the order in which workers take them.
    const { waiting = 0 } = await this.queue.getJobCounts('waiting');
    const [last, first] = await Promise.all([
      this.queue.getJobs(['waiting'], Math.max(0, waiting - 10), -1, false),
      this.queue.getJobs(['prioritized'], 0, 0, true),
    ]);
    const times = [...last, ...first].map((job) => job.timestamp);
    return times.length === 0 ? undefined : new Date(Math.min(...times));
  }
}
