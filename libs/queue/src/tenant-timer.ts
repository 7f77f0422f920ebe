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
import type { TenantJob } from './tenant-jobs.js';

/** How soon a time that could not be queued is tried again. */
const retryMs = 1000;
/** For how long a job is believed to be in the queue; clocks of processes may differ by so much, too. */
const believedMs = 3_600_000;
const skewMs = 60_000;
/** A job a tenant: more than an installation has. */
const mostJobs = 50_000;
const surveyId = 'survey';

export interface TenantTimerSettings {
  /** Of the queue. */
  readonly name: string;
  /** What a tenant's job does, in a word. */
  readonly job: string;
  /** Undefined while there is no queue: then no time ever comes. */
  readonly place: QueuePlace | undefined;
  /** Milliseconds after which a job that failed comes back, give or take a half. */
  readonly backoffMs: number;
  /** The installation's name; undefined, or an error, until it has one. */
  readonly installationKey: () => Promise<string | undefined>;
}

interface Expected {
  readonly job: TenantJob;
  readonly at: number;
}

/**
 * Does something for a tenant at a time, once for all the times that are due by then, whatever is lost in between. Each tenant
 * has one delayed job at most, whose id is the tenant: whoever commits something with a time tells `expect`, and a
 * TenantTimerWorker that finds the next time in the tenant's database puts the job off to it. It leaves the queue when
 * nothing is to come.
 *
 * The queue is not the truth: the tenant's database is, and a survey of all tenants queues again what was lost.
 */
export class TenantTimer
  implements ObservedQueue, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly name: string;
  private readonly log: Logger;
  private readonly late: LateQueue;
  private readonly pending = new Map<string, Expected>();
  /** By tenant: a moment before which its job does not begin, and so one until which it is there. */
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

  /** Whether there is a queue, or will be. */
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

  /** Resolves once the queue is open; never without a place for it. */
  whenOpen(): Promise<OpenQueue> {
    return this.late.whenOpen();
  }

  /**
   * Sees to it that the tenant's job begins at `at`, in milliseconds since 1970, or earlier. Nobody waits for that: a queue
   * that is away is tried again, and what this process takes with it when it is killed, the survey finds.
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

  /** See TenantJobs.ensure. */
  async ensure(job: TenantJob, inMs: number): Promise<number | undefined> {
    const delay = Math.ceil(Math.max(0, inMs));
    const options = { ...this.untilItPasses, delay };
    return this.open.jobs.ensure({ name: this.settings.job, job, id: this.idOf(job.tenantId), options });
  }

  /** Takes out the jobs of tenants that were purged: of all that wait, those of whose tenants `find` does not know. */
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

  /** Begins a survey unless one is there. */
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

  /** A failure comes back until it passes: there is nobody to give up to. */
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
      if (begins === undefined) continue; // It runs now, and may have looked before its cause was there.
      this.queued.set(tenantId, begins);
      if (this.pending.get(tenantId) === expected) this.pending.delete(tenantId);
    }
  }
}
