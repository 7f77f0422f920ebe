import { setTimeout as sleep } from 'node:timers/promises';
import { describeFailure } from '@helpdeskly/database';
import type { Logger } from '@nestjs/common';
import { ConnectedQueue, ConnectedWorker } from './connected.js';
import { queueConnection, type QueuePlace } from './queue-connection.js';
import { TenantJobs } from './tenant-jobs.js';

const pauseMs = 1000;

/** A crash is no failure of the job: other processes take it after seconds. */
const workerOptions = { concurrency: 4, lockDuration: 10_000, stalledInterval: 5000, maxStalledCount: 100_000 };

type Where = ConstructorParameters<typeof ConnectedQueue>[1];

/** An open queue. */
export interface OpenQueue {
  readonly queue: ConnectedQueue;
  readonly jobs: TenantJobs<string>;
  /** A worker for its jobs, not yet running. */
  worker(process: ConstructorParameters<typeof ConnectedWorker>[1]): ConnectedWorker;
}

/**
 * A queue that opens once it exists: the control API creates its tables, and may start later than this process. BullMQ
 * itself stays broken if it is opened too early.
 */
export class LateQueue {
  private readonly closing = new AbortController();
  private readonly opening: Promise<OpenQueue>;
  private resolve!: (open: OpenQueue) => void;
  private opened: OpenQueue | undefined;

  constructor(
    private readonly name: string,
    private readonly log: Logger,
  ) {
    this.opening = new Promise((resolve) => (this.resolve = resolve));
  }

  /** Undefined until it is open. */
  get now(): OpenQueue | undefined {
    return this.opened;
  }

  /** Resolves once it is open; never if nobody called `open`. */
  whenOpen(): Promise<OpenQueue> {
    return this.opening;
  }

  /** Opens it as soon as it exists. `installationKey` throws, or returns undefined, until the installation has a name. */
  async open(place: QueuePlace, installationKey: () => Promise<string | undefined>): Promise<void> {
    const { signal } = this.closing;
    for (let told = false; !signal.aborted; told = true) {
      try {
        return await this.tryToOpen(place, installationKey);
      } catch (error) {
        if (!told) this.log.warn(`The queue is not available yet; it will be opened later: ${describeFailure(error)}`);
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined); // The shutdown aborts it.
    }
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.opened?.queue.close();
  }

  private async tryToOpen(place: QueuePlace, installationKey: () => Promise<string | undefined>): Promise<void> {
    const key = await installationKey();
    if (key === undefined) throw new Error('the installation has no name yet');
    const where: Where = { connection: queueConnection(place), prefix: `helpdeskly-${key}` }; // Several installations may share a Redis.
    const queue = new ConnectedQueue(this.name, where);
    try {
      const jobs = new TenantJobs<string>(queue as never, this.log);
      await queue.waitUntilReady();
      if (this.closing.signal.aborted) return await queue.close();
      this.opened = {
        queue,
        jobs,
        worker: (process) => new ConnectedWorker(this.name, process, { ...workerOptions, ...where, autorun: false }),
      };
      this.resolve(this.opened);
    } catch (error) {
      await queue.close().catch(() => undefined); // It was not open.
      throw error;
    }
  }
}

/** A survey's position: the last tenant it checked (`after`), and when it began, in milliseconds since 1970. */
export interface RoundProgress {
  readonly after: string | null;
  readonly since: number;
}
