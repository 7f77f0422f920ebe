import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { Readiness } from './health.js';

/** What to end, in this order, each step only after the one before it. */
export interface Shutdown {
  readonly app: INestApplicationContext;
  readonly logger: Logger;
  /** Milliseconds for all of it. */
  readonly deadlineMs: number;
  /** Ended after the app, such as the metrics' server. */
  readonly afterwards?: () => Promise<void>;
}

const repeatedSignalMs = 2000;

/**
 * Resolves when SIGTERM or SIGINT came and everything was ended: readiness turns first, then accepted requests and jobs
 * finish. npm passes a signal on that the terminal sent already, so a second one within 2 s is the first one again; a
 * later one, or the deadline, ends the process at once.
 */
export function runUntilSignal({ app, logger, deadlineMs, afterwards }: Shutdown): Promise<void> {
  return new Promise((resolve) => {
    let since = 0;
    const onSignal = (signal: NodeJS.Signals) => {
      if (since > 0) {
        if (Date.now() - since > repeatedSignalMs) process.exit(1);
        return;
      }
      since = Date.now();
      logger.info({ signal }, 'shutting down');
      app.get(Readiness, { strict: false }).draining = true;
      const timer = setTimeout(() => {
        logger.error('the shutdown took too long');
        process.exit(1);
      }, deadlineMs);
      app
        .close()
        .then(() => afterwards?.())
        .then(
          () => {
            clearTimeout(timer);
            resolve();
          },
          (error: unknown) => {
            logger.error({ err: error }, 'the shutdown failed');
            process.exit(1);
          },
        );
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
    process.once('disconnect', () => onSignal('SIGTERM')); // Whoever started this process over a channel is gone.
    process.channel?.unref(); // Listening for that must not keep a process alive that has ended everything else.
  });
}
