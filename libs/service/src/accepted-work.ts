import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Readiness } from './readiness.js';

/** One kind of work that a process accepts. */
export interface Acceptor {
  /** A plural, such as `requests` or `jobs`; those of one name are counted together. */
  readonly name: string;
  /** How many were accepted and are not done. */
  running(): number;
  /** Accepts nothing more, and resolves when all that was accepted is done. */
  drain(): Promise<void>;
  /** The process is about to end all the same: hands what still runs to whoever can do it. */
  giveBack?(): Promise<void>;
}

/**
 * Everything that a process has accepted and must not leave half done. When the application closes, all of it is drained
 * at the same time, before anything that it stands on is closed.
 */
@Injectable()
export class AcceptedWork implements OnModuleDestroy {
  private readonly acceptors: Acceptor[] = [];
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly readiness: Readiness) {}

  add(acceptor: Acceptor): void {
    this.acceptors.push(acceptor);
  }

  /** `listener` is called when draining begins: to end what only waits. It must not throw. */
  whenDraining(listener: () => void): void {
    this.listeners.push(listener);
  }

  async onModuleDestroy(): Promise<void> {
    this.readiness.draining = true;
    for (const listener of this.listeners) listener();
    await Promise.all(this.acceptors.map((acceptor) => acceptor.drain()));
  }

  /** How much of each kind is not done, such as `{ requests: 2, jobs: 0 }`. */
  running(): Record<string, number> {
    const running: Record<string, number> = {};
    for (const acceptor of this.acceptors) running[acceptor.name] = (running[acceptor.name] ?? 0) + acceptor.running();
    return running;
  }

  async giveBack(): Promise<void> {
    await Promise.all(this.acceptors.map(async (acceptor) => acceptor.giveBack?.()));
  }
}
