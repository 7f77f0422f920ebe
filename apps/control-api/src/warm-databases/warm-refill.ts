import { Periodic } from '@helpdeskly/queue';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ControlLocks } from '../locks/control-locks.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { WarmStock } from './warm-stock.js';

const intervalMs = 1000;

/**
 * Keeps a number of databases ready on each server that takes tenants, cloned from the current template. One process at a
 * time works on a server, one database after the other, so that tenants in provisioning come first.
 */
@Injectable()
export class WarmRefill implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly periodic = new Periodic(
    intervalMs,
    () => this.background.count('warm_refill', () => this.refill()),
    new Logger('WarmRefill'),
  );
  private stopping = false;

  constructor(
    private readonly servers: ServerConnections,
    private readonly locks: ControlLocks,
    private readonly stock: WarmStock,
    private readonly background: BackgroundMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.periodic.stop();
  }

  /** Refills every server. When all are done, throws the error of a failed one. */
  async refill(): Promise<void> {
    const [taking, draining] = await Promise.all([this.servers.ids('ACTIVE'), this.servers.ids('DRAINING')]);
    const levelled = await Promise.allSettled([
      ...taking.map((id) => this.level(id, this.stock.target)),
      ...draining.map((id) => this.level(id, 0)),
    ]);
    const failed = levelled.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  private async level(id: string, target: number): Promise<void> {
    if (await this.stock.isLevel(id, target)) return;
    await this.locks.tryHold('helpdeskly warm', id, async () =>
      this.stock.level(await this.servers.server(id), target, () => this.stopping),
    );
  }
}
