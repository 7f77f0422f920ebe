import { setTimeout as sleep } from 'node:timers/promises';
import { TenantCatalog } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import {
  ConnectedQueue,
  ConnectedWorker,
  Periodic,
  queueConnection,
  QueueMetrics,
  TenantJobs,
  type Job,
  type ObservedQueue,
  type TenantJob,
} from '@helpdeskly/queue';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { RoundProgress } from '../edge/tenant-round.js';
import { BulkSettings } from './bulk-settings.js';

const name = 'ticket-bulk';
const surveyId = 'survey';
const openingPauseMs = 1000;
/** How soon a job that could not be queued is tried again. */
const retryMs = 1000;

/** A failure comes back until it passes: each ticket is done once, whatever happens. */
const options = { attempts: 1_000_000_000, backoff: { type: 'fixed', delay: 5000, jitter: 0.5 } } as const;

/** A crash is nobody's failure: others take its jobs after seconds. */
const workerOptions = { concurrency: 4, lockDuration: 10_000, stalledInterval: 5000, maxStalledCount: 100_000 };

/**
 * Which tenants have runs to do: one job a tenant at most. It is not the truth: the tenant's database says what is left, and
 * the survey (or whoever asks how a run stands) queues it again. It is opened when it is there.
 */
@Injectable()
export class BulkQueue
  implements ObservedQueue, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly log = new Logger('BulkQueue');
  private readonly closing = new AbortController();
  private readonly pending = new Map<string, TenantJob>();
  private readonly periodic = new Periodic(retryMs, () => this.flush(), this.log);
  private readonly opening: Promise<void>;
  private opened!: () => void;
  private open: { readonly queue: ConnectedQueue; readonly jobs: TenantJobs<'run'>; readonly where: Where } | undefined;

  constructor(
    private readonly settings: BulkSettings,
    private readonly catalog: TenantCatalog,
    private readonly metrics: QueueMetrics,
  ) {
    this.opening = new Promise((resolve) => (this.opened = resolve));
  }

  get isConfigured(): boolean {
    return this.settings.place !== undefined;
  }

  onApplicationBootstrap(): void {
    if (this.settings.place === undefined) return;
    this.metrics.watch(name, this, ['run', 'survey'], ['done', 'superseded', 'retried']);
    void this.openInTime();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.open === undefined) return;
    this.periodic.now();
    await this.periodic.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await this.open?.queue.close();
  }

  /** Resolves once it is open; never without a place for it. */
  whenOpen(): Promise<void> {
    return this.opening;
  }

  /** Sees to it that a tenant's job is in the queue, soon: nobody waits for that. */
  offer(job: TenantJob): void {
    this.pending.set(job.tenantId, job);
    if (this.open !== undefined) this.periodic.now();
  }

  /** Begins a survey unless one is there. */
  async ensureSurvey(): Promise<void> {
    const progress: RoundProgress = { after: null, since: Date.now() };
    const once = { jobId: surveyId, removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0 };
    await this.open?.queue.add('survey', progress, { ...options, ...once });
  }

  async depth(): Promise<Record<string, number>> {
    return this.jobs.depth();
  }

  async oldestWaitingSince(): Promise<Date | undefined> {
    return this.jobs.oldestWaitingSince();
  }

  /** Whoever takes the jobs; not at work yet. Only when it is open. */
  worker(process: (job: Job, token: string | undefined) => Promise<void>): ConnectedWorker {
    if (this.open === undefined) throw new Error('the queue is not open');
    return new ConnectedWorker(name, process, { ...workerOptions, ...this.open.where, autorun: false });
  }

  private get jobs(): TenantJobs<'run'> {
    if (this.open === undefined) throw new Error('the queue is not open');
    return this.open.jobs;
  }

  private async flush(): Promise<void> {
    for (const [tenantId, job] of this.pending) {
      const begins = await this.jobs.ensure({
        name: 'run',
        job,
        id: `bulk-${tenantId}`,
        options: { ...options, delay: 0 },
      });
      // While it runs it may have looked before this run was there: it is asked again.
      if (begins !== undefined && this.pending.get(tenantId) === job) this.pending.delete(tenantId);
    }
  }

  private async openInTime(): Promise<void> {
    const { signal } = this.closing;
    for (let told = false; !signal.aborted; told = true) {
      try {
        return await this.tryToOpen();
      } catch (error) {
        if (!told) this.log.warn(`The queue is not available yet; it will be opened later: ${describeFailure(error)}`);
      }
      await sleep(openingPauseMs, undefined, { signal }).catch(() => undefined); // Aborted by the shutdown.
    }
  }

  private async tryToOpen(): Promise<void> {
    const { place } = this.settings;
    if (place === undefined) return;
    // Installations may share a Redis: each has a prefix of its own.
    const [installation] = await this.catalog.query<{ key: string }>('SELECT "key" FROM "catalog"."installation"');
    if (installation === undefined) throw new Error('the installation has no name yet');
    const where: Where = { connection: queueConnection(place), prefix: `helpdeskly-${installation.key}` };
    const queue = new ConnectedQueue(name, where);
    try {
      const jobs = new TenantJobs<'run'>(queue as never, this.log);
      await queue.waitUntilReady();
      if (this.closing.signal.aborted) return await queue.close();
      this.open = { queue, jobs, where };
      this.periodic.start();
      this.opened();
    } catch (error) {
      await queue.close().catch(() => undefined); // It was not open.
      throw error;
    }
  }
}

type Where = ConstructorParameters<typeof ConnectedQueue>[1];
