import { describeFailure } from '@helpdeskly/database';
import type { AcceptedWork } from '@helpdeskly/service';
import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DelayedError, type Job } from 'bullmq';
import { AcceptedJobs } from './accepted-jobs.js';
import type { OpenQueue, RoundProgress } from './late-queue.js';
import { Periodic } from './periodic.js';
import type { QueueMetrics } from './queue-metrics.js';
import type { TenantJob } from './tenant-jobs.js';
import type { TenantTimer } from './tenant-timer.js';

/** The longest and the shortest time after which an emptied queue gets its survey back. */
const longestWatchMs = 60_000;
const shortestWatchMs = 100;

/** The result of a tenant's job: whether the tenant was there to work for, and in how many milliseconds to come again, if at all. */
export interface TimerVisit {
  readonly outcome: 'done' | 'superseded';
  readonly againInMs: number | undefined;
}

/** What a survey's step hands to the next step, and in how many milliseconds that runs. */
export interface RoundStep {
  readonly progress: RoundProgress;
  readonly againInMs: number;
}

/** The work when a tenant's time has come, and the work of a survey. Either may run again at any time. */
export interface TimerWork {
  visit(job: TenantJob): Promise<TimerVisit>;
  survey(progress: RoundProgress): Promise<RoundStep>;
}

/**
 * Runs the jobs of a TenantTimer. A job that must run again reschedules itself, so that no crash loses it: it stays in the queue
 * from when it was added until nothing is left to do.
 */
export class TenantTimerWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log: Logger;
  private readonly watch: Periodic;

  /** `surveyMs`: the time in which the survey checks every tenant once. */
  constructor(
    private readonly timer: TenantTimer,
    private readonly work: TimerWork,
    private readonly process: { readonly metrics: QueueMetrics; readonly accepted: AcceptedWork },
    { surveyMs }: { readonly surveyMs: number },
  ) {
    this.log = new Logger(`TenantTimerWorker ${timer.name}`);
    const watchMs = Math.min(longestWatchMs, Math.max(shortestWatchMs, surveyMs / 10));
    this.watch = new Periodic(watchMs, () => timer.ensureSurvey(), this.log);
  }

  onApplicationBootstrap(): void {
    void this.timer.whenOpen().then((open) => this.start(open));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.watch.stop();
  }

  private start(open: OpenQueue): void {
    const worker = open.worker((job, token) => jobs.during(job, () => this.take(job, token)));
    const jobs = new AcceptedJobs(() => worker);
    worker.on('failed', (job: Job | undefined, error) =>
      this.log.warn({
        msg: `${job?.name ?? 'A job'} comes back: ${describeFailure(error)}`,
        tenantId: (job?.data as Partial<TenantJob> | undefined)?.tenantId,
      }),
    );
    worker.on('error', (error) => this.log.warn(`The worker's connection failed: ${error.message}`));
    this.process.accepted.add(jobs);
    void worker.run(); // Its errors arrive as events.
    this.watch.start();
  }

  private async take(job: Job, token: string | undefined): Promise<void> {
    let againInMs: number | undefined;
    await this.process.metrics.time(
      { queue: job.queueName, name: job.name },
      async () => {
        if (job.name !== 'survey') {
          const visit = await this.work.visit(job.data as TenantJob);
          againInMs = visit.againInMs;
          return visit.outcome;
        }
        const step = await this.work.survey(job.data as RoundProgress);
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
