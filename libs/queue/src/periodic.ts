import { describeFailure } from '@helpdeskly/database';
import type { Logger } from '@nestjs/common';

/** Runs a piece of work again and again, one run at a time; one that fails is told in the log and comes back. */
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

  /** Resolves when the run that is under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Begins a run out of turn, unless one is under way. */
  now(): void {
    this.running ??= this.work()
      .catch((error: unknown) => this.log.warn(`It comes back later: ${describeFailure(error)}`))
      .finally(() => (this.running = undefined));
  }
}
