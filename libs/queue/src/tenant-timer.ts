import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { LateQueue, type OpenQueue, type RoundProgress } from './late-queue.js';
import { Periodic } from './periodic.js';
import type { QueuePlace } from './queue-connection.js';
import type { ObservedQueue, QueueMetrics } from './queue-metrics.js';
import { withPatience, type TenantJob } from './tenant-jobs.js';

/** After how long it retries a time that could not be queued. */
const retryMs = 1000;
/** For how long it trusts that a job is in the queue; the processes' clocks may differ by this much, too. */
const believedMs = 3_600_000;
const skewMs = 60_000;
/** One job per tenant: more than an installation has tenants. */
const mostJobs = 50_000;
const surveyId = 'survey';

export interface TenantTimerSettings {
  /** The queue's name. */
  readonly name: string;
  /** The name of a tenant's job, one word. */
  readonly job: string;
  /** Undefined if there is no queue: then nothing ever runs. */
  readonly place: QueuePlace | undefined;
  /** Milliseconds after which a failed job runs again, plus or minus a half. */
  readonly backoffMs: number;
  /** The installation's name; undefined, or an error, until it exists. */
  readonly installationKey: () => Promise<string | undefined>;
}

interface Expected {
  readonly job: TenantJob;
  readonly at: number;
}

/**
 * Does something for a tenant at a time, once for all the times that are due by then, whatever is lost in between. Each tenant
 * has at most one delayed job, whose id is the tenant. Code that commits a due time calls `expect`. A
 * TenantTimerWorker that finds the next time in the tenant's database reschedules the job. The job leaves the queue when
 * nothing is due any more.
 *
 * The tenant's database is the source of truth, not the queue: a survey of all tenants queues again what was lost.
 */
export class TenantTimer
  implements ObservedQueue, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly name: string;
  private readonly log: Logger;
  private readonly late: LateQueue;
  private readonly pending = new Map<string, Expected>();
  /** By tenant: a time before which its job does not begin, so that the job is in the queue until then. */
  private readonly queued = new LRUCache<string, number>({ max: 20_000, ttl: believedMs });
  private readonly periodic: Periodic;

  constructor(
    private readonly settings: TenantTimerSettings,
    private readonly metrics: QueueMetrics,
  ) {
    this.name = settings.name;
    this.log = new Logger(`TenantTimer ${settings.name}`);
    this.late = new LateQueue(settings.name, this.log);
    this.periodic = new Periodic(retryMs, () => this.flush(), this.log);
  }

  /** Whether there is a queue, now or later. */
  get isConfigured(): boolean {
    return this.settings.place !== undefined;
  }

  get isOpen(): boolean {
    return this.late.now !== undefined;
  }

  onApplicationBootstrap(): void {
    const { name, job, place, installationKey } = this.settings;
    if (place === undefined) return;
    this.metrics.watch(name, this, [job, 'survey'], ['done', 'superseded', 'retried']);
    void this.late.open(place, installationKey);
    void this.late.whenOpen().then(() => this.periodic.start());
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.isOpen) this.periodic.now();
    await this.periodic.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.late.close();
  }

  /** Resolves once the queue is open; never if none is configured. */
  whenOpen(): Promise<OpenQueue> {
    return this.late.whenOpen();
  }

  /**
   * Ensures that the tenant's job begins at `at`, in milliseconds since 1970, or earlier. Nobody waits for it: if the queue
   * is away, it retries; if the process is killed first, the survey finds the work.
   */
  expect(job: TenantJob, at: number): void {
    if (!this.isConfigured) return;
    const { tenantId } = job;
    const there = this.queued.get(tenantId);
    if (there !== undefined && there > Date.now() + skewMs && there <= at) return;
    const before = this.pending.get(tenantId);
    if (before === undefined || at < before.at) this.pending.set(tenantId, { job, at });
    if (this.isOpen) this.periodic.now();
  }

  /**
   * Like `expect`, for a change that is about to be committed: a process that is killed right after the commit leaves the job. Waits
   * a second at most. Call `expect` after the commit, too: the queue may be away, or its job may run before.
   */
  async prepare(job: TenantJob, at: number): Promise<void> {
    if (this.isOpen) await withPatience(this.ensure(job, at - Date.now()).catch(() => undefined)); // `expect` retries it.
  }

  /** See TenantJobs.ensure. */
  async ensure(job: TenantJob, inMs: number): Promise<number | undefined> {
    const delay = Math.ceil(Math.max(0, inMs));
    const options = { ...this.untilItPasses, delay };
    return this.open.jobs.ensure({ name: this.settings.job, job, id: this.idOf(job.tenantId), options });
  }

  /** Removes the jobs of purged tenants: waiting jobs whose tenants `find` does not return. */
  async forget(find: (tenantIds: readonly string[]) => Promise<ReadonlySet<string>>): Promise<void> {
    const { jobs } = this.open;
    const waiting = (await jobs.waiting(mostJobs)).filter(({ id }) => id !== surveyId);
    const known = await find(waiting.map(({ tenantId }) => tenantId));
    await jobs.remove(waiting.flatMap(({ id, tenantId }) => (known.has(tenantId) ? [] : [id])));
  }

  /** Whether a tenant has a job. */
  async has(tenantId: string): Promise<boolean> {
    return this.open.jobs.has(this.idOf(tenantId));
  }

  /** Begins a survey unless one exists. */
  async ensureSurvey(): Promise<void> {
    const progress: RoundProgress = { after: null, since: Date.now() };
    const once = { jobId: surveyId, removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0 };
    await this.open.queue.add('survey', progress, { ...this.untilItPasses, ...once });
  }

  /** How many jobs are in which state. */
  async depth(): Promise<Record<string, number>> {
    return this.open.jobs.depth();
  }

  /** See TenantJobs.oldestWaitingSince. */
  async oldestWaitingSince(): Promise<Date | undefined> {
    return this.open.jobs.oldestWaitingSince();
  }

  /** A failed job runs again until it succeeds: nobody would see that it was given up. */
  private get untilItPasses() {
    return {
      attempts: 1_000_000_000,
      backoff: { type: 'fixed', delay: this.settings.backoffMs, jitter: 0.5 },
    } as const;
  }

  private get open(): OpenQueue {
    const { now } = this.late;
    if (now === undefined) throw new Error('the queue is not open');
    return now;
  }

  private idOf(tenantId: string): string {
    return `${this.settings.job}-${tenantId}`;
  }

  private async flush(): Promise<void> {
    for (const [tenantId, expected] of this.pending) {
      const begins = await this.ensure(expected.job, expected.at - Date.now());
      if (begins === undefined) continue; // It runs now, and may have read before the change was committed.
      this.queued.set(tenantId, begins);
      if (this.pending.get(tenantId) === expected) this.pending.delete(tenantId);
    }
  }
}
