import { Periodic } from '@helpdeskly/queue';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Poolers } from './poolers.js';

const intervalMs = 10_000;

/** Updates the poolers' users from the catalog: after a pooler could not be told, a file was lost, or a process crashed. */
@Injectable()
export class PoolerUpkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly periodic: Periodic;

  constructor(poolers: Poolers) {
    this.periodic = new Periodic(intervalMs, () => poolers.publishUsers(), new Logger('PoolerUpkeep'));
  }

  onApplicationBootstrap(): void {
    this.periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.periodic.stop();
  }
}
