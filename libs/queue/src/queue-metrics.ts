import { Metrics, Snapshot } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Gauge, Histogram, type Registry } from 'prom-client';

/** The metrics' view of a queue. */
export interface ObservedQueue {
  depth(): Promise<Record<string, number>>;
  oldestWaitingSince(): Promise<Date | undefined>;
}

/** `superseded`: its tenant has a newer generation. `retried`: it failed and will run again. `failed`: it was given up. */
export type JobOutcome = 'done' | 'superseded' | 'retried' | 'failed';

interface QueueView {
  readonly depth: Readonly<Record<string, number>>;
  readonly waitedMs: number;
}

/** Metrics of what waits in the queues, which every process sees alike, and of the results of this process's jobs. */
@Injectable()
export class QueueMetrics {
  private readonly queues = new Map<string, Snapshot<QueueView>>();
  private readonly durations: Histogram<'queue' | 'job_name' | 'outcome'>;

  constructor({ registry }: Metrics) {
    this.durations = new Histogram({
      name: 'helpdeskly_queue_job_duration_seconds',
      help: 'How long runs of jobs took in this process, by outcome',
      labelNames: ['queue', 'job_name', 'outcome'],
      buckets: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300],
      registers: [registry],
    });
    this.showQueues(registry);
  }

  /** Exposes a queue from now on; its jobs have these names and outcomes. */
  watch(queue: string, jobs: ObservedQueue, names: readonly string[], outcomes: readonly JobOutcome[]): void {
    this.queues.set(queue, new Snapshot(() => look(jobs), { freshMs: 1000, patienceMs: 1500 }));
    for (const name of names) for (const outcome of outcomes) this.durations.zero({ queue, job_name: name, outcome });
  }

  /** Times one run of a job. `run` returns the outcome; if it throws, `failure` gives it. */
  async time(
    { queue, name }: { readonly queue: string; readonly name: string },
    run: () => Promise<JobOutcome>,
    failure: (error: unknown) => JobOutcome,
  ): Promise<void> {
    const end = this.durations.startTimer({ queue, job_name: name });
    try {
      end({ outcome: await run() });
    } catch (error) {
      end({ outcome: failure(error) });
      throw error;
    }
  }

  private showQueues(registry: Registry): void {
    const registers = [registry];
    const views = () =>
      Promise.all([...this.queues].map(async ([queue, snapshot]) => [queue, await snapshot.get()] as const));
    new Gauge({
      name: 'helpdeskly_queue_up',
      help: '1 while the queue answers',
      labelNames: ['queue'],
      registers,
      async collect() {
        for (const [queue, seen] of await views()) this.set({ queue }, seen === undefined ? 0 : 1);
      },
    });
    new Gauge({
      name: 'helpdeskly_queue_jobs',
      help: 'Jobs in the queue, by state; none while the queue cannot be reached',
      labelNames: ['queue', 'state'],
      registers,
      async collect() {
        const all = await views();
        this.reset();
        for (const [queue, seen] of all)
          for (const [state, count] of Object.entries(seen?.depth ?? {})) this.set({ queue, state }, count);
      },
    });
    new Gauge({
      name: 'helpdeskly_queue_oldest_waiting_seconds',
      help: 'How long ago the oldest job that waits was made, 0 when none waits; none while the queue cannot be reached',
      labelNames: ['queue'],
      registers,
      async collect() {
        const all = await views();
        this.reset();
        for (const [queue, seen] of all) if (seen !== undefined) this.set({ queue }, seen.waitedMs / 1000);
      },
    });
  }
}

async function look(jobs: ObservedQueue): Promise<QueueView> {
  const [depth, since] = await Promise.all([jobs.depth(), jobs.oldestWaitingSince()]);
  return { depth, waitedMs: since === undefined ? 0 : Math.max(0, Date.now() - since.getTime()) };
}
