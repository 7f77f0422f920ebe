import type { CredentialRotation } from '@helpdeskly/catalog';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import { JobRunners, type JobRunner } from '../queues/job-runner.js';
import { RotationRepository } from './rotation-repository.js';
import { TenantRotation } from './tenant-rotation.js';

/** Runs rotations of all credentials; see JobRunner. */
@Injectable()
export class RotationRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runner: JobRunner;

  constructor(
    runners: JobRunners,
    private readonly rotations: RotationRepository,
    private readonly tenants: TenantRotation,
  ) {
    this.runner = runners.runnerOf({
      kind: 'credential rotation',
      task: 'credential_rotations',
      intervalMs: 1000,
      open: () => rotations.open(),
      run: (id) => this.run(id),
    });
  }

  onApplicationBootstrap(): void {
    this.runner.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.runner.stop();
  }

  private async run(id: string): Promise<void> {
    await this.rotations.releaseAbandoned(id);
    const rotation = await this.rotations.find(id);
    if (rotation === null || rotation.status !== 'RUNNING') return;
    await this.runner.takeTurns(rotation.concurrency, () => this.takeTurn(rotation));
    if (!this.runner.stopping) await this.rotations.finish(id);
  }

  /** Returns whether a tenant had a turn. */
  private async takeTurn({ id, orderedBy }: CredentialRotation): Promise<boolean> {
    const turn = await this.rotations.take(id);
    if (turn === undefined) return false;
    const origin = orderedBy as unknown as Origin;
    const outcome = await this.tenants.rotate(id, origin, turn, () => this.runner.stopping);
    await this.rotations.settle(id, turn, outcome);
    return true;
  }
}
