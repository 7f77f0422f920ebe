import { describeFailure } from '@helpdeskly/database';
import { Periodic } from '@helpdeskly/queue';
import { Logger } from '@nestjs/common';
import type { ControlLocks } from '../locks/control-locks.js';
import type { BackgroundMetrics, BackgroundTask } from './background-metrics.js';

export interface DrivenOrders {
  /** As the logs and the locks call one: `migration run`. */
  readonly kind: string;
  readonly task: BackgroundTask;
  /** How often to look for orders that nobody drives, in milliseconds. */
  readonly intervalMs: number;
  /** The ids of orders that want somebody. */
  readonly open: () => Promise<readonly string[]>;
  /** Carries one out, from wherever it was left. */
  readonly drive: (id: string) => Promise<void>;
}

/**
 * Carries out orders about many tenants: one process at a time drives an order, and another one takes it up where it was left
 * when that process dies.
 */
export class OrderDriver {
  private readonly log: Logger;
  private readonly periodic: Periodic;
  private readonly driven = new Map<string, Promise<void>>();
  private ending = false;

  constructor(
    private readonly locks: ControlLocks,
    background: BackgroundMetrics,
    private readonly orders: DrivenOrders,
  ) {
    this.log = new Logger(orders.task);
    this.periodic = new Periodic(orders.intervalMs, () => background.count(orders.task, () => this.look()), this.log);
  }

  get stopping(): boolean {
    return this.ending;
  }

  start(): void {
    this.periodic.start();
  }

  /** Tenants whose turn it is come to its end; the others stay for the next driver. */
  async stop(): Promise<void> {
    this.ending = true;
    await this.periodic.stop();
    await Promise.all(this.driven.values());
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

  /** Takes up what nobody drives. */
  private async look(): Promise<void> {
    const { kind, open, drive } = this.orders;
    for (const id of await open()) {
      if (this.ending || this.driven.has(id)) continue;
      const driving = this.locks
        .tryHold(`helpdeskly ${kind}`, id, () => drive(id))
        .catch((error: unknown) => this.log.warn(`A ${kind} is taken up again: ${describeFailure(error)}`))
        .finally(() => this.driven.delete(id));
      this.driven.set(id, driving);
    }
  }
}
