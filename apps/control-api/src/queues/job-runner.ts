import { describeFailure } from '@helpdeskly/database';
import { Periodic } from '@helpdeskly/queue';
import { Injectable, Logger } from '@nestjs/common';
import { ControlLocks } from '../locks/control-locks.js';
import { BackgroundMetrics, type BackgroundTask } from './background-metrics.js';

/** Jobs about many tenants whose state is in the control database. */
export interface LongJobs {
  /** As the logs and the locks call one: `migration run`. */
  readonly kind: string;
  readonly task: BackgroundTask;
  /** How often to look for jobs that nobody runs, in milliseconds. */
  readonly intervalMs: number;
  /** The ids of jobs that are not at their end. */
  readonly open: () => Promise<readonly string[]>;
  /** Runs one, from wherever it was left. */
  readonly run: (id: string) => Promise<void>;
}

/** Makes a runner for each kind of job. */
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
 * Runs jobs about many tenants: one process at a time runs a job, and another one takes it up where it was left when that
 * process dies.
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

  /** Tenants whose turn it is come to its end; the others stay for the next process. */
  async stop(): Promise<void> {
    this.ending = true;
    await this.periodic.stop();
    await Promise.all(this.running.values());
  }

  /** Takes turns, so many at a time, until one says that none is left or this process stops. Throws what a turn throws. */
  async takeTurns(concurrency: number, turn: () => Promise<boolean>): Promise<void> {
    const one = async (): Promise<void> => {
      while (!this.ending && (await turn()));
    };
    const all = await Promise.allSettled(Array.from({ length: concurrency }, one));
    const broken = all.find((outcome) => outcome.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
  }

  /** Takes up what nobody runs. */
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
