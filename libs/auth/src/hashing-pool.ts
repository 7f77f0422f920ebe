import { availableParallelism } from 'node:os';
import { LoginBusy } from '@helpdeskly/errors';

/** `GUESS` is a stranger's try, `NEW` a password that somebody sets who was let in: neither waits for all of the other. */
export type HashingKind = 'GUESS' | 'NEW';

export interface HashingLimits {
  /** At the same time. Files and DNS need libuv's four threads too, and the event loop a processor. */
  readonly running: number;
  /** Of each kind. */
  readonly waiting: number;
}

const defaults: HashingLimits = { running: Math.max(1, Math.min(2, availableParallelism() - 1)), waiting: 128 };

/** Hashes passwords a few at a time. What comes past a bounded line is refused at once, so that nobody waits long for it. */
export class HashingPool {
  private running = 0;
  private readonly lines: Readonly<Record<HashingKind, (() => void)[]>> = { GUESS: [], NEW: [] };
  private servedLast: HashingKind = 'NEW';

  constructor(private readonly limits: HashingLimits = defaults) {}

  /** Throws LoginBusy. */
  async run<T>(kind: HashingKind, work: () => Promise<T>): Promise<T> {
    await this.enter(kind);
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(kind: HashingKind): Promise<void> {
    if (this.running < this.limits.running) {
      this.running++;
      this.servedLast = kind;
      return;
    }
    const line = this.lines[kind];
    if (line.length >= this.limits.waiting) throw new LoginBusy();
    await new Promise<void>((resolve) => line.push(resolve)); // Whoever leaves gives the place on: `running` stays.
  }

  private leave(): void {
    const other = this.servedLast === 'GUESS' ? 'NEW' : 'GUESS';
    const kind = this.lines[other].length > 0 ? other : this.servedLast;
    const next = this.lines[kind].shift();
    if (next === undefined) {
      this.running--;
      return;
    }
    this.servedLast = kind;
    next();
  }
}
