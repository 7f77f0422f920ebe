import { setTimeout as sleep } from 'node:timers/promises';
import { TenantCatalog } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import {
  ConnectedQueue,
  ConnectedWorker,
  queueConnection,
  QueueMetrics,
  TenantJobs,
  type Job,
  type ObservedQueue,
  type QueuePlace,
  type TenantJob,
} from '@helpdeskly/queue';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { RoundProgress } from '../edge/tenant-round.js';
import { AutoCloseSettings } from './auto-close-settings.js';

const name = 'auto-close';
const surveyId = 'survey';
const openingPauseMs = 1000;
/** A job a tenant: more than an installation has. */
const mostJobs = 50_000;

/** A failure comes back until it passes: there is nobody to give up to. */
const options = { attempts: 1_000_000_000, backoff: { type: 'fixed', delay: 15_000, jitter: 0.5 } } as const;

/** A crash is nobody's failure: others take its jobs after seconds. */
const workerOptions = { concurrency: 4, lockDuration: 10_000, stalledInterval: 5000, maxStalledCount: 100_000 };

/**
 * When to close tickets in which tenants. It is not the truth: tenants' databases say what is due, and the survey queues
 * again what was lost. It is opened when it is there: the control API that makes it may start later than this process.
 */
@Injectable()
export class AutoCloseQueue implements ObservedQueue, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('AutoCloseQueue');
  private readonly closing = new AbortController();
  private readonly opening: Promise<void>;
  private opened!: () => void;
  private queue: ConnectedQueue | undefined;
  private jobs: TenantJobs<'close'> | undefined;
  private where: ConstructorParameters<typeof ConnectedQueue>[1] | undefined;

  constructor(
    private readonly settings: AutoCloseSettings,
    private readonly catalog: TenantCatalog,
    private readonly metrics: QueueMetrics,
  ) {
    this.opening = new Promise((resolve) => (this.opened = resolve));
  }

  onApplicationBootstrap(): void {
    const { place, lacksQueue } = this.settings;
    if (lacksQueue)
      this.log.warn('Resolved tickets are not closed automatically: set QUEUE_DATABASE_URL or REDIS_URL.');
    if (place === undefined) return;
    this.metrics.watch(name, this, ['close', 'survey'], ['done', 'superseded', 'retried']);
    void this.openInTime(place);
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await this.queue?.close();
  }

  /** Resolves once it is open; never when it is off. */
  whenOpen(): Promise<void> {
    return this.opening;
  }

  get isOpen(): boolean {
    return this.queue !== undefined;
  }

  /** How many jobs are in which state. */
  async depth(): Promise<Record<string, number>> {
    return this.open.depth();
  }

  /** See TenantJobs.oldestWaitingSince. */
  async oldestWaitingSince(): Promise<Date | undefined> {
    return this.open.oldestWaitingSince();
  }

  /** See TenantJobs.ensure. */
  async ensure(job: TenantJob, inMs: number): Promise<number | undefined> {
    const delay = Math.ceil(Math.max(0, inMs));
    return this.open.ensure({ name: 'close', job, id: idOf(job.tenantId), options: { ...options, delay } });
  }

  /** Takes out the jobs of tenants that were purged: of all that wait, those of whose tenants `find` does not know. */
  async forget(find: (tenantIds: readonly string[]) => Promise<ReadonlySet<string>>): Promise<void> {
    const waiting = (await this.open.waiting(mostJobs)).filter(({ id }) => id !== surveyId);
    const known = await find(waiting.map(({ tenantId }) => tenantId));
    await this.open.remove(waiting.flatMap(({ id, tenantId }) => (known.has(tenantId) ? [] : [id])));
  }

  /** Whether a tenant has a job. */
  async has(tenantId: string): Promise<boolean> {
    return this.open.has(idOf(tenantId));
  }

  /** Begins a survey unless one is there. */
  async ensureSurvey(): Promise<void> {
    const progress: RoundProgress = { after: null, since: Date.now() };
    const once = { jobId: surveyId, removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0 };
    await this.queue?.add('survey', progress, { ...options, ...once });
  }

  /** Whoever takes the jobs; not at work yet. Only when it is open. */
  worker(process: (job: Job, token: string | undefined) => Promise<void>): ConnectedWorker {
    if (this.where === undefined) throw new Error('the queue is not open');
    return new ConnectedWorker(name, process, { ...workerOptions, ...this.where, autorun: false });
  }

  private get open(): TenantJobs<'close'> {
    if (this.jobs === undefined) throw new Error('the queue is not open');
    return this.jobs;
  }

  private async openInTime(place: QueuePlace): Promise<void> {
    const { signal } = this.closing;
    for (let told = false; !signal.aborted; told = true) {
      try {
        return await this.tryToOpen(place);
      } catch (error) {
        if (!told) this.log.warn(`The queue is not available yet; it will be opened later: ${describeFailure(error)}`);
      }
      await sleep(openingPauseMs, undefined, { signal }).catch(() => undefined); // Aborted by the shutdown.
    }
  }

  private async tryToOpen(place: QueuePlace): Promise<void> {
    // Installations may share a Redis: each has a prefix of its own.
    const [installation] = await this.catalog.query<{ key: string }>('SELECT "key" FROM "catalog"."installation"');
    if (installation === undefined) throw new Error('the installation has no name yet');
    const where = { connection: queueConnection(place), prefix: `helpdeskly-${installation.key}` };
    const queue = new ConnectedQueue(name, where);
    try {
      const jobs = new TenantJobs<'close'>(queue as never, this.log);
      await queue.waitUntilReady();
      if (this.closing.signal.aborted) return await queue.close();
      Object.assign(this, { queue, jobs, where });
      this.opened();
    } catch (error) {
      await queue.close().catch(() => undefined); // It was not open.
      throw error;
    }
  }
}

function idOf(tenantId: string): string {
  return `close-${tenantId}`;
}
