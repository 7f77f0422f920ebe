import { describeFailure } from '@helpdeskly/database';
import { AcceptedWork } from '@helpdeskly/http';
import { AcceptedJobs, DelayedError, Periodic, QueueMetrics, type Job, type TenantJob } from '@helpdeskly/queue';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { RoundProgress } from '../edge/tenant-round.js';
import { TenantVisits } from '../edge/tenant-visits.js';
import { BulkQueue } from './bulk-queue.js';
import { BulkRunner } from './bulk-runner.js';
import { BulkSettings } from './bulk-settings.js';
import { BulkSurvey } from './bulk-survey.js';

/** How soon a queue that was emptied gets its survey back, at the latest. */
const longestWatchMs = 60_000;

/** How soon a tenant that is not ACTIVE is asked about again. */
const asksEveryMs = 60_000;

/** Takes the jobs of the queue, some tickets at a time: then it is the turn of others that wait. */
@Injectable()
export class BulkWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('BulkWorker');
  private readonly watch: Periodic;

  constructor(
    private readonly queue: BulkQueue,
    private readonly visits: TenantVisits,
    private readonly runner: BulkRunner,
    private readonly metrics: QueueMetrics,
    private readonly accepted: AcceptedWork,
    private readonly survey: BulkSurvey,
    { surveyMs }: BulkSettings,
  ) {
    const watchMs = Math.min(longestWatchMs, Math.max(100, surveyMs / 10));
    this.watch = new Periodic(watchMs, () => this.queue.ensureSurvey(), this.log);
  }

  onApplicationBootstrap(): void {
    void this.queue.whenOpen().then(() => this.start());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.watch.stop();
  }

  private start(): void {
    const worker = this.queue.worker((job, token) => jobs.during(job, () => this.process(job, token)));
    const jobs = new AcceptedJobs(() => worker);
    worker.on('failed', (job: Job | undefined, error) => {
      const { tenantId } = (job?.data ?? {}) as Partial<TenantJob>;
      this.log.warn({ msg: `A run comes back: ${describeFailure(error)}`, tenantId });
    });
    worker.on('error', (error) => this.log.warn(`The worker's connection failed: ${error.message}`));
    this.accepted.add(jobs);
    void worker.run(); // Its errors arrive as events.
    this.watch.start();
  }

  private async process(job: Job, token: string | undefined): Promise<void> {
    let againInMs: number | undefined;
    await this.metrics.time(
      { queue: job.queueName, name: job.name },
      async () => {
        if (job.name === 'survey') {
          const step = await this.survey.next(job.data as RoundProgress);
          await job.updateData(step.progress);
          againInMs = step.againInMs;
          return 'done';
        }
        const tenant = await this.visits.find((job.data as TenantJob).tenantId);
        if (tenant === undefined) return 'superseded';
        if (tenant.status !== 'ACTIVE') {
          againInMs = asksEveryMs;
          return 'superseded';
        }
        if (await this.visits.run(tenant, () => this.runner.next())) againInMs = 0;
        return 'done';
      },
      () => 'retried',
    );
    if (againInMs === undefined) return;
    await job.moveToDelayed(Date.now() + Math.ceil(againInMs), token);
    throw new DelayedError();
  }
}
