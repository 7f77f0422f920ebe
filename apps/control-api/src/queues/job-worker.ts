import { describeFailure } from '@helpdeskly/database';
import { AcceptedJobs, type JobOutcome, type QueueMetrics } from '@helpdeskly/queue';
import type { AcceptedWork, Acceptor } from '@helpdeskly/service';
import { WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DelayedError, type Job } from 'bullmq';

/** Options of every worker: a crash is no failure of a job, another worker takes it after seconds, as often as necessary. */
export const outlivesCrashes = {
  autorun: false,
  lockDuration: 10_000,
  stalledInterval: 5000,
  maxStalledCount: 100_000,
} as const;

const firstPauseMs = 1000;
const longestPauseMs = 60_000;

/** Milliseconds after so many failed tries: from a second to a minute, and less by chance, so that jobs do not come back together. */
export function growingPause(attempts: number): number {
  return Math.round(Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts, 10)) * (0.5 + Math.random() / 2));
}

/** Takes jobs from a queue: it starts with the application, times and logs them, and ends with those that it has taken. */
export abstract class JobWorker<Data extends object, Name extends string = string>
  extends WorkerHost
  implements OnApplicationBootstrap
{
  private readonly log = new Logger(this.constructor.name);
  protected readonly jobs = new AcceptedJobs(() => this.worker);

  constructor(
    private readonly queue: string,
    private readonly metrics: QueueMetrics,
    private readonly accepted: AcceptedWork,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.worker.on('failed', (job: Job | undefined, error) => {
      const { tenantId } = (job?.data ?? {}) as { readonly tenantId?: string };
      this.log.warn({ msg: `${this.failureOf(job)}: ${describeFailure(error)}`, tenantId });
    });
    this.worker.on('error', (error) => this.log.warn(`The worker's connection failed: ${error.message}`));
    this.accepted.add(this.acceptor());
    void this.worker.run(); // Its errors arrive as events.
  }

  async process(job: Job<Data, void, Name>, token?: string): Promise<void> {
    await this.jobs.during(job, async () => {
      try {
        await this.metrics.time(
          { queue: this.queue, name: job.name },
          () => this.run(job),
          (error) => this.outcomeOf(error),
        );
      } catch (error) {
        const waitMs = this.waitMsOf(error);
        if (waitMs === undefined) throw error;
        await job.moveToDelayed(Date.now() + Math.round(waitMs * (0.5 + Math.random())), token); // No failed try.
        throw new DelayedError();
      }
    });
  }

  protected abstract run(job: Job<Data, void, Name>): Promise<JobOutcome>;

  /** What the log says before the reason. */
  protected abstract failureOf(job: Job | undefined): string;

  protected outcomeOf(_error: unknown): JobOutcome {
    return 'retried';
  }

  /** About how many milliseconds a job waits, without a failed try, for what the error says; undefined when it has failed. */
  protected waitMsOf(_error: unknown): number | undefined {
    return undefined;
  }

  /** What a shutdown waits for. */
  protected acceptor(): Acceptor {
    return this.jobs;
  }
}
