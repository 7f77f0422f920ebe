import { describeFailure } from '@helpdeskly/database';
import { AcceptedWork } from '@helpdeskly/http';
import { AcceptedJobs, DelayedError, Periodic, QueueMetrics, type Job, type TenantJob } from '@helpdeskly/queue';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { RoundProgress } from '../edge/tenant-round.js';
import { AutoCloseQueue } from './auto-close-queue.js';
import { AutoCloseSettings } from './auto-close-settings.js';
import { TenantCloser } from './tenant-closer.js';
import { TenantSurvey } from './tenant-survey.js';

/** How soon a queue that was emptied gets its survey back, at the latest. */
const longestWatchMs = 60_000;

/**
 * Takes the jobs of the queue. One that is to run again moves itself there, so that no crash loses it: it is in the queue
 * from when it was added to when nothing is left to do.
 */
@Injectable()
export class AutoCloseWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('AutoCloseWorker');
  private readonly watch: Periodic;

  constructor(
    private readonly queue: AutoCloseQueue,
    private readonly closer: TenantCloser,
    private readonly survey: TenantSurvey,
    private readonly metrics: QueueMetrics,
    private readonly accepted: AcceptedWork,
    { surveyMs }: AutoCloseSettings,
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
    worker.on('failed', (job: Job | undefined, error) =>
      this.log.warn({
        msg: `${job?.name ?? 'A job'} comes back: ${describeFailure(error)}`,
        tenantId: (job?.data as Partial<TenantJob> | undefined)?.tenantId,
      }),
    );
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
        if (job.name === 'close') {
          const visit = await this.closer.close(job.data as TenantJob);
          againInMs = visit.againInMs;
          return visit.outcome;
        }
        const step = await this.survey.next(job.data as RoundProgress);
        await job.updateData(step.progress);
        againInMs = step.againInMs;
        return 'done';
      },
      () => 'retried',
    );
    if (againInMs === undefined) return;
    await job.moveToDelayed(Date.now() + Math.ceil(againInMs), token);
    throw new DelayedError();
  }
}
