import type { Acceptor } from '@helpdeskly/service';
import type { Job, Worker } from 'bullmq';

/** The jobs that a worker has taken from its queue. */
export class AcceptedJobs implements Acceptor {
  readonly name = 'jobs';
  private readonly jobs = new Set<Job>();

  constructor(private readonly worker: () => Pick<Worker, 'close'>) {}

  /** Runs `work` for `job`. */
  async during(job: Job, work: () => Promise<void>): Promise<void> {
    this.jobs.add(job);
    try {
      await work();
    } finally {
      this.jobs.delete(job);
    }
  }

  running(): number {
    return this.jobs.size;
  }

  async drain(): Promise<void> {
    await this.worker().close();
  }

  /** Other workers take the jobs at once, not only after their locks have expired. */
  async giveBack(): Promise<void> {
    await Promise.all([...this.jobs].map((job) => job.moveToWait(job.token)));
  }
}
