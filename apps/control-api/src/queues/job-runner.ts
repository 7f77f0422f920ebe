import { describeFailure } from '@helpdeskly/database';
import { Periodic } from '@helpdeskly/queue';
import { Injectable, Logger } from '@nestjs/common';
import { ControlLocks } from '../locks/control-locks.js';
import { BackgroundMetrics, type BackgroundTask } from './background-metrics.js';

/** Jobs about many tenants whose state is in the control database. */
export interface LongJobs {
  /** Its name in logs and locks: `migration run`. */
  readonly kind: string;
  readonly task: BackgroundTask;
  /** How often to look for jobs that nobody runs, in milliseconds. */
  readonly intervalMs: number;
  /** The ids of unfinished jobs. */
  readonly open: () => Promise<readonly string[]>;
  /** Runs one, from the point at which it stopped. */
  readonly run: (id: string) => Promise<void>;
}

/** Creates a runner for each kind of job. */
@Injectable()
export class JobRunners {
  constructor(
    private readonly locks: ControlLocks,
    private readonly background: BackgroundMetrics,
  ) {}

  runnerOf(jobs: LongJobs): JobRunner {
    return new JobRunner(this.locks, this.background, jobs);
  }
}

/**
 * Runs jobs about many tenants: one process at a time runs a job, and if it dies, another one continues where it
 * stopped.
 */
export class JobRunner {
  private readonly log: Logger;
  private readonly periodic: Periodic;
  private readonly running = new Map<string, Promise<void>>();
  private ending = false;

  constructor(
    private readonly locks: ControlLocks,
    background: BackgroundMetrics,
    private readonly jobs: LongJobs,
  ) {
    this.log = new Logger(jobs.task);
    this.periodic = new Periodic(jobs.intervalMs, () => background.count(jobs.task, () => this.look()), this.log);
  }

  get stopping(): boolean {
    return this.ending;
  }

  start(): void {
    this.periodic.start();
  }

  /** Tenants in progress are finished; the others stay for the next process. */
  async stop(): Promise<void> {
    this.ending = true;
    await this.periodic.stop();
    await Promise.all(this.running.values());
  }

  /** Takes turns, `concurrency` at a time, until a turn returns false or this process stops. Throws what a turn throws. */
  async takeTurns(concurrency: number, turn: () => Promise<boolean>): Promise<void> {
    const one = async (): Promise<void> => {
      while (!this.ending && (await turn()));
    };
    const all = await Promise.allSettled(Array.from({ length: concurrency }, one));
    const broken = all.find((outcome) => outcome.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
  }

  /** Takes over jobs that nobody runs. */
  private async look(): Promise<void> {
    const { kind, open, run } = this.jobs;
    for (const id of await open()) {
      if (this.ending || this.running.has(id)) continue;
      const running = this.locks
        .tryHold(`helpdeskly ${kind}`, id, () => run(id))
        .catch((error: unknown) => this.log.warn(`A ${kind} is taken up again: ${describeFailure(error)}`))
        .finally(() => this.running.delete(id));
      this.running.set(id, running);
    }
  }
}
