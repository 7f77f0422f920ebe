import { availableParallelism } from 'node:os';
import { LoginBusy } from '@helpdeskly/errors';
import { Counter, Gauge, type Registry } from 'prom-client';

/** `GUESS` is a stranger's attempt, `NEW` a password that a signed-in user sets. The two lines take turns. */
export type HashingKind = 'GUESS' | 'NEW';
const kinds: readonly HashingKind[] = ['GUESS', 'NEW'];

export interface HashingLimits {
  /** How many run at the same time. Files and DNS also need libuv's four threads, and the event loop needs a processor. */
  readonly running: number;
  /** How many of each kind may wait. */
  readonly waiting: number;
}

const defaults: HashingLimits = { running: Math.max(1, Math.min(2, availableParallelism() - 1)), waiting: 128 };

/** Hashes passwords a few at a time. It refuses at once what exceeds a bounded line, so that nobody waits long. */
export class HashingPool {
  private running = 0;
  private readonly lines: Readonly<Record<HashingKind, (() => void)[]>> = { GUESS: [], NEW: [] };
  private servedLast: HashingKind = 'NEW';
  private readonly refused: Record<HashingKind, number> = { GUESS: 0, NEW: 0 };

  constructor(private readonly limits: HashingLimits = defaults) {}

  /** Exposes waiting and refused passwords. */
  register(registry: Registry): void {
    const { lines, refused } = this;
    const labelNames = ['kind'] as const;
    new Gauge({
      name: 'helpdeskly_password_hashing_waiting',
      help: 'Passwords that wait in line to be hashed: tries of a login, and new ones',
      labelNames,
      registers: [registry],
      collect() {
        for (const kind of kinds) this.set({ kind: kind.toLowerCase() }, lines[kind].length);
      },
    });
    new Counter({
      name: 'helpdeskly_password_hashing_refusals_total',
      help: 'Passwords that were not hashed because the line was full: 503 login_busy',
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        for (const kind of kinds) this.inc({ kind: kind.toLowerCase() }, refused[kind]);
      },
    });
  }

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
    if (line.length >= this.limits.waiting) {
      this.refused[kind]++;
      throw new LoginBusy();
    }
    await new Promise<void>((resolve) => line.push(resolve)); // The one that finishes passes its place on: `running` does not change.
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
