import { describeFailure } from '@helpdeskly/database';
import type { Logger } from '@nestjs/common';

/** Repeats a task, one run at a time; it logs a failed run and repeats it. */
export class Periodic {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly intervalMs: number,
    private readonly work: () => Promise<void>,
    private readonly log: Logger,
  ) {}

  /** The first run begins at once. */
  start(): void {
    this.timer = setInterval(() => this.now(), this.intervalMs);
    this.now();
  }

  /** Resolves when the current run has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Begins an additional run now, unless one is in progress. */
  now(): void {
    this.running ??= this.work()
      .catch((error: unknown) => this.log.warn(`It comes back later: ${describeFailure(error)}`))
      .finally(() => (this.running = undefined));
  }
}
