import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Readiness } from './readiness.js';

/** One kind of work that a process accepts. */
export interface Acceptor {
  /** A plural, such as `requests` or `jobs`; acceptors with the same name are counted together. */
  readonly name: string;
  /** How many are accepted and unfinished. */
  running(): number;
  /** Accepts nothing more, and resolves when all accepted work is done. */
  drain(): Promise<void>;
  /** Called when the process must end before the work is done: hands the work to another process that can do it. */
  giveBack?(): Promise<void>;
}

/**
 * Everything that a process has accepted and must not leave unfinished. When the application closes, it drains all of it
 * at the same time, before anything closes that the work needs.
 */
@Injectable()
export class AcceptedWork implements OnModuleDestroy {
  private readonly acceptors: Acceptor[] = [];
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly readiness: Readiness) {}

  add(acceptor: Acceptor): void {
    this.acceptors.push(acceptor);
  }

  /** Calls `listener` when draining begins, so that it can end idle waits. It must not throw. */
  whenDraining(listener: () => void): void {
    this.listeners.push(listener);
  }

  async onModuleDestroy(): Promise<void> {
    this.readiness.draining = true;
    for (const listener of this.listeners) listener();
    await Promise.all(this.acceptors.map((acceptor) => acceptor.drain()));
  }

  /** How much of each kind is unfinished, such as `{ requests: 2, jobs: 0 }`. */
  running(): Record<string, number> {
    const running: Record<string, number> = {};
    for (const acceptor of this.acceptors) running[acceptor.name] = (running[acceptor.name] ?? 0) + acceptor.running();
    return running;
  }

  async giveBack(): Promise<void> {
    await Promise.all(this.acceptors.map(async (acceptor) => acceptor.giveBack?.()));
  }
}
