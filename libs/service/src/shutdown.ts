import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { AcceptedWork } from './accepted-work.js';
import { Readiness } from './readiness.js';

/** What to close, and in which time. */
export interface ShutdownOptions {
  readonly app: INestApplicationContext;
  readonly logger: Logger;
  /** Milliseconds for all of it. */
  readonly deadlineMs: number;
  /** The first milliseconds of those: the process still serves, so that a load balancer sees that it is not ready. */
  readonly drainDelayMs?: number;
  /** Closed after the app, such as the metrics' server. */
  readonly afterwards?: () => Promise<void>;
}

const repeatedSignalMs = 2000;
const givingBackMs = 1000;

/**
 * Resolves when SIGTERM or SIGINT came and everything has ended. First readiness turns, the delay passes, and accepted
 * requests and jobs finish; then what they used is closed. If the deadline cuts something off, it logs that, gives jobs
 * back, and the process exits with 1. npm forwards a signal that the terminal has already sent, so a second signal
 * within 2 s counts as the first one; a later one acts like the deadline.
 */
export function runUntilSignal(options: ShutdownOptions): Promise<void> {
  return new Promise((resolve) => {
    const shutdown = new Shutdown(options);
    const onSignal = (signal: NodeJS.Signals) => shutdown.onSignal(signal, resolve);
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
    process.once('disconnect', () => onSignal('SIGTERM')); // The parent process that opened the channel is gone.
    process.channel?.unref(); // This listener must not keep a process alive that has ended everything else.
  });
}

class Shutdown {
  private readonly accepted: AcceptedWork;
  private since: number | undefined;
  private cut = false;

  constructor(private readonly options: ShutdownOptions) {
    this.accepted = options.app.get(AcceptedWork, { strict: false });
  }

  onSignal(signal: NodeJS.Signals, done: () => void): void {
    if (this.since === undefined) {
      this.since = Date.now();
      this.end(signal).then(done, (error: unknown) => {
        this.options.logger.error({ err: error }, 'the shutdown failed');
        process.exit(1);
      });
    } else if (Date.now() - this.since > repeatedSignalMs)
      void this.cutOff('the shutdown was cut off by a second signal');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { app, logger, deadlineMs, drainDelayMs = 0, afterwards } = this.options;
    logger.info({ signal }, 'shutting down');
    app.get(Readiness, { strict: false }).draining = true;
    const timer = setTimeout(() => void this.cutOff('the shutdown was cut off by its deadline'), deadlineMs);
    await sleep(drainDelayMs);
    await app.close();
    await afterwards?.();
    clearTimeout(timer);
    if (!this.cut) logger.info('shut down');
  }

  private async cutOff(reason: string): Promise<void> {
    if (this.cut) return;
    this.cut = true;
    process.exitCode = 1; // Even if giving back lets the rest end first.
    const { logger } = this.options;
    logger.error({ cutOff: this.accepted.running() }, reason);
    const late = sleep(givingBackMs, 'late' as const);
    const outcome = await Promise.race([this.accepted.giveBack(), late]).catch((error: unknown) => error);
    if (outcome !== undefined)
      logger.warn({ err: outcome }, 'jobs were not released; they will go on when their locks expire');
    process.exit(1);
  }
}
