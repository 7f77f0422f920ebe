import type { CredentialRotation } from '@helpdeskly/catalog';
import { Periodic } from '@helpdeskly/queue';
import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import type { ControlLocks } from '../locks/control-locks.js';
import { describeFailure } from '../provisioning/failure.js';
import type { BackgroundMetrics } from '../queues/background-metrics.js';
import type { RotationBook } from './rotation-book.js';
import type { TenantRotation } from './tenant-rotation.js';

const intervalMs = 1000;

/**
 * Carries out rotations of all credentials: one process at a time drives one, and another takes it up where it was left
 * when that process dies.
 */
export class RotationDriver implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('RotationDriver');
  private readonly periodic = new Periodic(
    intervalMs,
    () => this.background.count('credential_rotations', () => this.look()),
    this.log,
  );
  private readonly driven = new Map<string, Promise<void>>();
  private stopping = false;

  constructor(
    private readonly locks: ControlLocks,
    private readonly book: RotationBook,
    private readonly tenants: TenantRotation,
    private readonly background: BackgroundMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.periodic.stop();
    await Promise.all(this.driven.values());
  }

  /** Takes up what nobody drives. */
  private async look(): Promise<void> {
    for (const id of await this.book.open()) {
      if (this.stopping || this.driven.has(id)) continue;
      const driving = this.locks
        .tryHold('helpdeskly credential rotation', id, () => this.drive(id))
        .catch((error: unknown) => this.log.warn(`A credential rotation is taken up again: ${describeFailure(error)}`))
        .finally(() => this.driven.delete(id));
      this.driven.set(id, driving);
    }
  }

  private async drive(id: string): Promise<void> {
    await this.book.releaseAbandoned(id);
    const rotation = await this.book.find(id);
    if (rotation === null || rotation.status !== 'RUNNING') return;
    const turns = await Promise.allSettled(
      Array.from({ length: rotation.concurrency }, () => this.takeTurns(rotation)),
    );
    const broken = turns.find((turn) => turn.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
    if (!this.stopping) await this.book.finish(id);
  }

  private async takeTurns({ id, orderedBy }: CredentialRotation): Promise<void> {
    while (!this.stopping) {
      const turn = await this.book.take(id);
      if (turn === undefined) return;
      const origin = orderedBy as unknown as Origin;
      const outcome = await this.tenants.rotate(id, origin, turn, () => this.stopping);
      await this.book.settle(id, turn, outcome);
    }
  }
}
