import type { CredentialRotation } from '@helpdeskly/catalog';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import type { ControlLocks } from '../locks/control-locks.js';
import type { BackgroundMetrics } from '../queues/background-metrics.js';
import { OrderDriver } from '../queues/order-driver.js';
import type { RotationBook } from './rotation-book.js';
import type { TenantRotation } from './tenant-rotation.js';

/** Carries out rotations of all credentials; see OrderDriver. */
export class RotationDriver implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly driver: OrderDriver;

  constructor(
    locks: ControlLocks,
    private readonly book: RotationBook,
    private readonly tenants: TenantRotation,
    background: BackgroundMetrics,
  ) {
    this.driver = new OrderDriver(locks, background, {
      kind: 'credential rotation',
      task: 'credential_rotations',
      intervalMs: 1000,
      open: () => book.open(),
      drive: (id) => this.drive(id),
    });
  }

  onApplicationBootstrap(): void {
    this.driver.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.driver.stop();
  }

  private async drive(id: string): Promise<void> {
    await this.book.releaseAbandoned(id);
    const rotation = await this.book.find(id);
    if (rotation === null || rotation.status !== 'RUNNING') return;
    await this.driver.takeTurns(rotation.concurrency, () => this.takeTurn(rotation));
    if (!this.driver.stopping) await this.book.finish(id);
  }

  /** Answers whether there was one. */
  private async takeTurn({ id, orderedBy }: CredentialRotation): Promise<boolean> {
    const turn = await this.book.take(id);
    if (turn === undefined) return false;
    const origin = orderedBy as unknown as Origin;
    const outcome = await this.tenants.rotate(id, origin, turn, () => this.driver.stopping);
    await this.book.settle(id, turn, outcome);
    return true;
  }
}
