import { describeFailure } from '@helpdeskly/database';
import { AcceptedWork } from '@helpdeskly/http';
import { AcceptedJobs, DelayedError, QueueMetrics, type Job, type TenantJob } from '@helpdeskly/queue';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { TenantVisits } from '../edge/tenant-visits.js';
import { BulkQueue } from './bulk-queue.js';
import { BulkRunner } from './bulk-runner.js';

/** How soon a tenant that is not ACTIVE is asked about again. */
const asksEveryMs = 60_000;

/** Takes the jobs of the queue, some tickets at a time: then it is the turn of others that wait. */
@Injectable()
export class BulkWorker implements OnApplicationBootstrap {
  private readonly log = new Logger('BulkWorker');

  constructor(
    private readonly queue: BulkQueue,
    private readonly visits: TenantVisits,
    private readonly runner: BulkRunner,
    private readonly metrics: QueueMetrics,
    private readonly accepted: AcceptedWork,
  ) {}

  onApplicationBootstrap(): void {
    void this.queue.whenOpen().then(() => this.start());
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
  }

  private async process(job: Job, token: string | undefined): Promise<void> {
    let againInMs: number | undefined;
    await this.metrics.time(
      { queue: job.queueName, name: job.name },
      async () => {
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
    await job.moveToDelayed(Date.now() + againInMs, token);
    throw new DelayedError();
  }
}
