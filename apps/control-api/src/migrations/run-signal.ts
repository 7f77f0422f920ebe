import { setTimeout as sleep } from 'node:timers/promises';
import type { MigrationRun } from '@helpdeskly/catalog';
import type { MigrationRunRepository } from './migration-run-repository.js';

const intervalMs = 300;

/** Ends a run's waits as soon as it must not continue: it was cancelled or halted, or its process stops. */
export class RunSignal {
  private readonly controller = new AbortController();
  private readonly done = new AbortController();

  constructor(
    private readonly runs: MigrationRunRepository,
    private readonly run: MigrationRun,
    private readonly isStopping: () => boolean,
  ) {
    void this.look();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Ends all waits. */
  end(): void {
    this.done.abort();
  }

  private async look(): Promise<void> {
    while (!this.done.signal.aborted && !this.signal.aborted) {
      await sleep(intervalMs, undefined, { signal: this.done.signal }).catch(() => undefined);
      if (this.isStopping() || !(await this.goesOn())) this.controller.abort();
    }
  }

  /** True unless the control database says otherwise. */
  private async goesOn(): Promise<boolean> {
    try {
      return await this.runs.goesOn(this.run);
    } catch {
      return true;
    }
  }
}
