import { availableParallelism } from 'node:os';
import { LoginBusy } from '@helpdeskly/errors';
import { Counter, Gauge, type Registry } from 'prom-client';

/** `GUESS` is a stranger's try, `NEW` a password that somebody sets who was let in: neither waits for all of the other. */
export type HashingKind = 'GUESS' | 'NEW';
const kinds: readonly HashingKind[] = ['GUESS', 'NEW'];

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
  private readonly refused: Record<HashingKind, number> = { GUESS: 0, NEW: 0 };

  constructor(private readonly limits: HashingLimits = defaults) {}

  /** Shows who waits, and who was sent away. */
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
